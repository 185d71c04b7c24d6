package org.semblance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.Certificate;
import org.semblance.privacy.Codes;
import org.semblance.privacy.SecretSource;

/*
 * New identities are those of people whom the generator draws, not arbitrary points of the sphere of embeddings: the
 * mapper has learnt those alone. Where one face is asked for, a pseudonym's portrait is drawn and read by itself, since
 * the same face among others may round differently, and a picture must come out the same in every run.
 *
 * Who must be one person in several pictures is put on the attributes of a panel of generated faces, the same for all;
 * the centre of what recognisers read there is what every picture is drawn towards.
 */
/** The identities to try for a face, round by round. */
final class NewIdentities {
    private static final int REMEMBERED = 1024;
    private static final int PANEL = 8;
    /** As good as the mean style code. */
    private static final float LEAST_TRUNCATION = 1e-4f;
    /** How far past the new identity, away from the old one, the last rounds go. */
    private static final List<Double> PUSHES = List.of(1.2, 1.4);

    private final Disentangler model;
    private final FaceJudge judge;
    private final AnonymizerConfig config;
    private final Map<String, FaceSearch.Target> pseudonyms =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, FaceSearch.Target> eldest) {
                    return size() > REMEMBERED;
                }
            });

    private @Nullable HostArray panel;

    NewIdentities(Disentangler model, FaceJudge judge, AnonymizerConfig config) {
        this.model = model;
        this.judge = judge;
        this.config = config;
    }

    /**
     * A round of identities to try.
     *
     * @param known who they are, empty if they have to be drawn
     * @param fresh how to draw them, null if they are known
     */
    record Round(List<FaceSearch.Target> known, @Nullable Fresh fresh) {
        static Round of(FaceSearch.Target only) {
            return new Round(List.of(only), null);
        }
    }

    /**
     * Strangers whom nobody has drawn yet.
     *
     * @param z random codes {@code [N, zDim]}
     * @param old identity that they replace
     * @param strength how far to go from it to theirs
     */
    record Fresh(HostArray z, float[] old, double strength) {}

    /** Rounds for this face. @param known of {@link #pseudonyms} */
    Iterator<Round> of(AnonymityMode mode, Image face, float[] old, Map<String, FaceSearch.Target> known) {
        if (mode instanceof AnonymityMode.RandomIdentity random) {
            return random(random, Certificate.hash(face), old);
        }
        if (mode instanceof AnonymityMode.Pseudonym pseudonym) {
            FaceSearch.Target target = known.get(name(pseudonym));
            return List.of(Round.of(target == null ? of(pseudonym) : target)).iterator();
        }
        AnonymityMode.KSame same = (AnonymityMode.KSame) mode;
        return List.of(Round.of(shared(same.groups().replacement(same.groups().groupOf(old)))))
                .iterator();
    }

    /** Who is tried in each of these rounds; strangers of all of them are drawn together. */
    List<List<FaceSearch.Target>> targets(List<Round> rounds) {
        List<HostArray> z = rounds.stream()
                .map(Round::fresh)
                .filter(Objects::nonNull)
                .map(Fresh::z)
                .toList();
        HostArray codes = z.isEmpty() ? null : model.identity().embed(portraits(Batches.joined(z)));
        List<List<FaceSearch.Target>> all = new ArrayList<>();
        int at = 0;
        for (Round round : rounds) {
            Fresh fresh = round.fresh;
            if (fresh == null || codes == null) {
                all.add(round.known);
            } else {
                int end = at + fresh.z.shape().dim(0);
                HostArray mine = codes;
                all.add(IntStream.range(at, end)
                        .mapToObj(c -> stranger(fresh, Codes.row(mine, c)))
                        .toList());
                at = end;
            }
        }
        return all;
    }

    private static FaceSearch.Target stranger(Fresh fresh, float[] code) {
        return new FaceSearch.Target(Codes.between(fresh.old, code, fresh.strength), null);
    }

    /** A mean of people is nobody yet: the face that the model draws of it, with the mean of all attributes, is. */
    private FaceSearch.Target shared(float[] mean) {
        HostArray z = Batches.row(new float[model.generator().config().zDim()]);
        Image neutral = model.generator()
                .synthesise(model.generator().map(z, LEAST_TRUNCATION))
                .get(0);
        HostArray code =
                model.mapper().map(Batches.row(mean), model.attributes().encode(List.of(neutral)));
        return people(model.generator().synthesise(code)).get(0);
    }

    private List<FaceSearch.Target> people(List<Image> portraits) {
        HostArray codes = model.identity().embed(portraits);
        List<HostArray> identities = new ArrayList<>();
        for (int i = 0; i < portraits.size(); i++) {
            identities.addAll(Collections.nCopies(PANEL, Batches.rows(codes, i, i + 1)));
        }
        HostArray worn = Batches.joined(Collections.nCopies(portraits.size(), panel()));
        List<FaceJudge.Reading> read =
                judge.read(model.generator().synthesise(model.mapper().map(Batches.joined(identities), worn)));
        return IntStream.range(0, portraits.size())
                .mapToObj(i -> new FaceSearch.Target(
                        Codes.row(codes, i), Likeness.of(read.subList(i * PANEL, (i + 1) * PANEL), judge.points())))
                .toList();
    }

    /** Attribute codes that the secret has no part in, and so no subject either. */
    private synchronized HostArray panel() {
        if (panel == null) {
            SecretSource known = SecretSource.ofSeed(0);
            panel = model.attributes()
                    .encode(portraits(Batches.joined(IntStream.range(0, PANEL)
                            .mapToObj(i -> noise(known, "panel", String.valueOf(i)))
                            .toList())));
        }
        return panel;
    }

    /** Fresh people in every round; each is drawn when its round comes. */
    private Iterator<Round> random(AnonymityMode.RandomIdentity mode, String picture, float[] old) {
        List<Double> strengths = new ArrayList<>(List.of(mode.strength()));
        if (mode.strength() < 1) {
            strengths.add((1 + mode.strength()) / 2);
            strengths.add(1.0);
        }
        strengths.addAll(PUSHES);
        return IntStream.range(0, strengths.size())
                .mapToObj(r ->
                        new Round(List.of(), new Fresh(strangers(mode.source(), picture, r), old, strengths.get(r))))
                .iterator();
    }

    private HostArray strangers(SecretSource source, String picture, int round) {
        return Batches.joined(IntStream.range(0, config.candidates())
                .mapToObj(c -> noise(source, "random", picture + "/" + (round * config.candidates() + c)))
                .toList());
    }

    private HostArray noise(SecretSource source, String purpose, String subject) {
        int count = model.generator().config().zDim();
        return Batches.row(source.normal(purpose, subject, count));
    }

    private List<Image> portraits(HostArray z) {
        return model.generator().synthesise(model.generator().map(z, (float) config.truncation()));
    }

    /**
     * Who the pseudonyms among these modes are, by name, drawn together. One alone is left to {@link #of}, which draws
     * it by itself.
     */
    Map<String, FaceSearch.Target> pseudonyms(List<AnonymityMode> modes) {
        Map<String, AnonymityMode.Pseudonym> due = new LinkedHashMap<>();
        for (AnonymityMode mode : modes) {
            if (mode instanceof AnonymityMode.Pseudonym pseudonym) {
                due.put(name(pseudonym), pseudonym);
            }
        }
        if (due.size() < 2) {
            return Map.of();
        }
        HostArray z = Batches.joined(due.values().stream().map(this::noise).toList());
        List<FaceSearch.Target> targets = people(portraits(z));
        Map<String, FaceSearch.Target> known = new LinkedHashMap<>();
        due.keySet().forEach(name -> known.put(name, targets.get(known.size())));
        return known;
    }

    private static String name(AnonymityMode.Pseudonym mode) {
        return mode.secret().tag(mode.subject()) + "/" + mode.epoch();
    }

    private FaceSearch.Target of(AnonymityMode.Pseudonym mode) {
        String name = name(mode);
        FaceSearch.Target known = pseudonyms.get(name);
        if (known != null) {
            return known;
        }
        FaceSearch.Target target = people(portraits(noise(mode))).get(0);
        pseudonyms.put(name, target);
        return target;
    }

    private HostArray noise(AnonymityMode.Pseudonym mode) {
        return noise(mode.secret(), "pseudonym " + mode.epoch(), mode.subject());
    }
}
