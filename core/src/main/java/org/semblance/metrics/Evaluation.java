package org.semblance.metrics;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.metrics.Measurements.Of;

/**
 * Runs a model over pairs of pictures and measures what it makes of them ({@code docs/evaluation.md}). Pictures are
 * drawn batch by batch and not kept; what networks say of them is.
 */
public final class Evaluation {
    static final String FACTORS = "factors";
    static final String TRUTH = "truth";
    private static final String LANDMARKS = "landmarks";

    private final SwapModel model;
    private final MeasuringNetworks networks;
    private final List<Recogniser> judges;
    private final EvaluationConfig config;
    private final Device device;
    private final Measurements measured = new Measurements();
    private final ReconstructionFigures reconstruction = new ReconstructionFigures(measured);
    private final ComparisonFigures comparisons;
    private final List<Integer> persons = new ArrayList<>();
    private final List<Image> firstIdentities = new ArrayList<>();
    private final List<Image> firstAttributes = new ArrayList<>();
    private int side;

    private Evaluation(SwapModel model, MeasuringNetworks networks, EvaluationConfig config, Device device) {
        this.model = model;
        this.networks = networks;
        judges = networks.judges();
        this.config = config;
        this.device = device;
        comparisons = new ComparisonFigures(networks, measured);
    }

    /**
     * Measures a model.
     *
     * @param pairs what to swap, at least 2
     * @param device where similarities of pictures are computed
     * @param progress hears how many more pairs are done
     * @return figures; {@link EvaluationReport#about} says what the pairs and the settings were
     * @throws IOException if a picture cannot be read
     */
    public static EvaluationReport run(
            SwapModel model,
            MeasuringNetworks networks,
            PairSource pairs,
            EvaluationConfig config,
            Device device,
            IntConsumer progress)
            throws IOException {
        if (pairs.count() < 2) {
            throw new IllegalArgumentException("evaluation: at least 2 pairs are needed, got " + pairs.count());
        }
        Evaluation evaluation = new Evaluation(model, networks, config, device);
        for (int first = 0; first < pairs.count(); first += config.batch()) {
            int count = Math.min(config.batch(), pairs.count() - first);
            evaluation.add(pairs.draw(first, count));
            progress.accept(count);
        }
        evaluation.table();
        return evaluation.report(pairs);
    }

    private void add(Pairs pairs) {
        IntStream.of(pairs.persons()).forEach(persons::add);
        side = pairs.identities().get(0).width();
        keep(firstIdentities, pairs.identities());
        keep(firstAttributes, pairs.attributes());
        HostArray id = model.identities(pairs.identities());
        HostArray attr = model.attributes(pairs.attributes());
        HostArray own = model.attributes(pairs.identities());
        HostArray style = model.codes(id, attr);
        HostArray found = model.codes(id, own);
        List<Image> outputs = model.images(style);
        List<Image> again = model.images(found);
        HostArray shown = model.attributes(outputs);
        measured.add(BlockFigures.IDENTITY, Of.IDENTITY, id);
        measured.add(BlockFigures.ATTRIBUTES, Of.ATTRIBUTES, attr);
        measured.add(BlockFigures.ATTRIBUTES, Of.IDENTITY, own);
        measured.add(BlockFigures.ATTRIBUTES, Of.OUTPUT, shown);
        measured.add(BlockFigures.STYLE, Of.OUTPUT, style);
        look(Of.IDENTITY, pairs.identities());
        look(Of.ATTRIBUTES, pairs.attributes());
        look(Of.OUTPUT, outputs);
        recognise(Of.RECONSTRUCTION, again);
        reconstruction.add(pairs.identities(), again, device);
        reconstruction.addEdit(found, style, model.codes(model.identities(outputs), shown));
        comparisons.add(pairs, outputs, again);
        known(pairs, found);
        if (pairs.truth() == null && pairs.codes() == null) {
            attributeReconstruction(pairs.attributes(), attr);
        }
    }

    /** What can be said where somebody knows how the pictures were made. */
    private void known(Pairs pairs, HostArray found) {
        Pairs.Truth truth = pairs.truth();
        if (truth != null) {
            look(Of.SWAP, truth.swaps());
            truth(truth);
        }
        Pairs.Codes codes = pairs.codes();
        if (codes != null) {
            reconstruction.add(codes, found);
        }
    }

    /** Of real pictures: attribute pictures that are drawn or generated are of one kind with identity pictures. */
    private void attributeReconstruction(List<Image> pictures, HostArray attr) {
        List<Image> again = model.images(model.codes(model.identities(pictures), attr));
        recognise(Of.ATTRIBUTE_RECONSTRUCTION, again);
        reconstruction.addAttributes(pictures, again);
    }

    private void recognise(Of of, List<Image> images) {
        judges.forEach(r -> measured.add(r.key(), of, r.features().ofScaled(images)));
    }

    private void keep(List<Image> kept, List<Image> more) {
        kept.addAll(more.subList(0, Math.min(more.size(), Math.max(0, config.table() - kept.size()))));
    }

    private void look(Of of, List<Image> images) {
        recognise(of, images);
        if (networks.landmarks() != null) {
            measured.add(LANDMARKS, of, networks.landmarks().ofScaled(images));
        }
        if (networks.factors() != null) {
            measured.add(FACTORS, of, networks.factors().ofScaled(images));
        }
        if (of != Of.SWAP) {
            networks.features().forEach((name, f) -> measured.add(RealismFigures.name(name), of, f.ofScaled(images)));
        }
    }

    private void truth(Pairs.Truth truth) {
        if (networks.layout() != null) {
            measured.add(TRUTH, Of.IDENTITY, networks.layout().truth(truth.identities()));
            measured.add(TRUTH, Of.ATTRIBUTES, networks.layout().truth(truth.attributes()));
        }
    }

    /** Every one of the first identities with every one of the first attributes. */
    private void table() {
        int n = Math.min(firstIdentities.size(), firstAttributes.size());
        if (n < 2 || networks.recognisers().isEmpty()) {
            return;
        }
        HostArray id = model.identities(firstIdentities.subList(0, n));
        HostArray attr = model.attributes(firstAttributes.subList(0, n));
        Recogniser judge = networks.recognisers().stream()
                .filter(Recogniser::independent)
                .findFirst()
                .orElse(networks.recognisers().get(0));
        for (int i = 0; i < n; i++) {
            List<Image> row = model.images(model.codes(repeated(id, i, n), attr));
            measured.add(
                    BlockFigures.TABLE_IDENTITY, Of.OUTPUT, judge.features().ofScaled(row));
            measured.add(BlockFigures.TABLE_ATTRIBUTES, Of.OUTPUT, model.attributes(row));
        }
    }

    private static HostArray repeated(HostArray rows, int row, int times) {
        int width = rows.shape().dim(1);
        float[] data = new float[times * width];
        for (int k = 0; k < times; k++) {
            System.arraycopy(rows.data(), row * width, data, k * width, width);
        }
        return HostArray.of(data, times, width);
    }

    private EvaluationReport report(PairSource pairs) {
        int[] who = persons.stream().mapToInt(Integer::intValue).toArray();
        Bootstrap bootstrap = new Bootstrap(who, config.resamples(), config.seed());
        List<EvaluationReport.Section> sections = new ArrayList<>();
        for (Recogniser recogniser : judges) {
            sections.add(new IdentityFigures(recogniser, measured, who, bootstrap, config).section());
        }
        if (networks.debiased() == null) {
            sections.add(IdentityFigures.debiasedMissing());
        }
        sections.add(new GeometryFigures(measured, bootstrap, side).section(comparisons));
        sections.add(reconstruction.section(comparisons, bootstrap, side));
        FactorReadings readings = FactorFigures.readings(measured, networks.layout());
        List<FactorScore> scores = readings == null ? List.of() : readings.scores(bootstrap);
        sections.add(new FactorFigures(scores).section(readings, bootstrap));
        List<ProbeScore> probes = probes(readings, who);
        int table = Math.min(firstIdentities.size(), firstAttributes.size());
        sections.add(new BlockFigures(measured, bootstrap, probes, table).section());
        sections.add(new RealismFigures(measured, networks.features(), config).section());
        return new EvaluationReport(about(pairs, bootstrap), sections, scores, probes);
    }

    private List<ProbeScore> probes(@Nullable FactorReadings readings, int[] who) {
        return readings == null
                ? List.of()
                : BlockFigures.probes(
                        measured, readings.layout(), readings.identities(), readings.attributes(), who, config.seed());
    }

    private Map<String, Object> about(PairSource pairs, Bootstrap bootstrap) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("data", pairs.description());
        about.put("pairs", pairs.count());
        about.put("people", bootstrap.clusters());
        about.put("resolution", side);
        about.put("resamples", config.resamples());
        about.put("seed", config.seed());
        Map<String, Object> used = new LinkedHashMap<>();
        judges.forEach(r -> used.put(r.key(), Map.of("sha256", r.checksum(), "independent", r.independent())));
        about.put("recognisers", used);
        return about;
    }
}
