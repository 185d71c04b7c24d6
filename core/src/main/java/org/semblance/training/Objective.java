package org.semblance.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.networks.StagedFeatures;
import org.semblance.nn.Losses;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LossConfig.IdentityLoss;

/**
 * One forward pass and its losses: {@code w = M([E_id(identities), E_attr(attributes)])}, {@code output = G(w)}.
 *
 * <p>Source: Nitzan et al., Face Identity Disentanglement via Latent Space Mapping, section 3.2, and the authors' code
 * as {@code paper} has it.
 */
public final class Objective implements AutoCloseable {
    private final StepNetworks networks;
    private final LossConfig config;
    private final IdentityTargets targets;
    private final PixelTerms pixels;
    private final @Nullable LatentStatistics statistics;

    /**
     * What a pass gives, in the scope where {@link #evaluate} was called.
     *
     * @param w style codes {@code [N, wDim]}
     * @param output pictures {@code [N, 3, R, R]}, about [-1, 1]
     * @param total weighted sum of all terms but the adversarial one
     * @param adversarial what the discriminator charges the model, weighted, or null
     * @param discriminator what the discriminator descends without the penalty, weighted, or null
     * @param penalty R1, weighted, or null
     * @param terms losses by the names of {@link StepLosses}, all of them that the step has
     * @param similarity MS-SSIM of each row with one source, or null
     */
    public record Pass(
            Tensor w,
            Tensor output,
            Tensor total,
            @Nullable Tensor adversarial,
            @Nullable Tensor discriminator,
            @Nullable Tensor penalty,
            Map<String, Tensor> terms,
            @Nullable Tensor similarity) {}

    /** @param statistics of the generator's codes; null only where neither moments nor regression has a weight */
    public Objective(
            StepNetworks networks,
            LossConfig config,
            int resolution,
            Device device,
            @Nullable LatentStatistics statistics) {
        boolean needed = config.moments() > 0 || config.regression() > 0;
        if (needed && statistics == null) {
            throw new IllegalArgumentException("objective: moments and regression need statistics of style codes");
        }
        this.networks = networks;
        this.config = config;
        this.statistics = statistics;
        this.targets = new IdentityTargets(networks, config);
        this.pixels = new PixelTerms(config, resolution, device);
    }

    /** The mask of the pixel loss, {@code [R, R]}, of sum 1. */
    public Tensor pixelMask() {
        return pixels.mask();
    }

    /** Runs the networks on a batch. All results are recorded. */
    public Pass evaluate(StepInput in) {
        StagedFeatures wanted = targets.of(in);
        Tensor identity = wanted.rows();
        Tensor code = networks.attributes().apply(in.attributes());
        Tensor features = Shapes.concat(1, List.of(identity, code));
        Tensor w = networks.mapper().apply(features);
        Tensor output = networks.generator().apply(onPath(in, w, features));
        Terms terms = new Terms();
        StagedFeatures seen = config.identity() > 0 || targets.hasMaps(in)
                ? networks.identity().apply(output)
                : wanted;
        terms.add("identity", config.identity(), () -> identityLoss(seen.rows(), identity));
        terms.add("landmarks", config.landmarks(), () -> landmarkLoss(output, in));
        Tensor similarity = pixelLosses(terms, in, output);
        if (targets.hasMaps(in)) {
            terms.add("perceptual", config.perceptual(), () -> IdentityTargets.difference(in, seen, wanted));
        }
        if (config.asksAttributeTeacher()) {
            askAttributeTeacher(terms, code, output, in);
        }
        terms.add("identityTeacher", config.identityTeacher(), () -> {
            TeacherNetwork teacher = given(networks.identityTeacher(), "identity_teacher", "losses.identityTeacher");
            Tensor known = read(in, teacher.network(), in.identities(), SourceReadings::identityTeacher);
            return teacher.difference(teacher.network().apply(output), known);
        });
        if (in.sameRows() > 1) {
            terms.add("leak", config.leak(), () -> leak(head(code, in.sameRows()), head(identity, in.sameRows())));
        }
        latentLosses(terms, in, w);
        Tensor total = terms.total(w);
        terms.values.put("total", total);
        return judged(in, new Pass(w, output, total, null, null, null, terms.values, similarity));
    }

    /** Style codes that pictures are made of; all else sees the mapper's. */
    private Tensor onPath(StepInput in, Tensor w, Tensor features) {
        Tensor left = in.pathLeft();
        return left == null
                ? w
                : Objects.requireNonNull(networks.classPath(), "objective: a path needs its networks, got none")
                        .before(w, features, left);
    }

    // --- pictures
    // -----------------------------------------------------------------------------------------------------

    private Tensor identityLoss(Tensor seen, Tensor target) {
        return config.identityLoss() == IdentityLoss.COSINE
                ? Losses.cosine(seen, target)
                : Losses.meanAbsolute(seen, target);
    }

    private void askAttributeTeacher(Terms terms, Tensor code, Tensor output, StepInput in) {
        TeacherNetwork teacher = given(
                networks.attributeTeacher(),
                "attribute_teacher",
                "losses.attributeTeacher, teacherClasses or codeClasses");
        Tensor wanted = read(in, teacher.network(), in.attributes(), SourceReadings::attributeTeacher);
        int numbers = wanted.dim(1) - teacher.logits();
        boolean looks = config.attributeTeacher() > 0 || config.teacherClasses() > 0;
        Tensor seen = looks ? teacher.network().apply(output) : wanted;
        LossChecks.classes(config, numbers, teacher.logits(), code.dim(1));
        terms.add("attributeTeacher", config.attributeTeacher(), () -> {
            return config.attributeClasses()
                    ? teacher.difference(seen, wanted)
                    : new TeacherNetwork(teacher.network(), 0)
                            .difference(Shapes.narrow(seen, 1, 0, numbers), Shapes.narrow(wanted, 1, 0, numbers));
        });
        terms.add("teacherClasses", config.teacherClasses(), () -> {
            return teacher.difference(
                    Shapes.narrow(seen, 1, numbers, wanted.dim(1)), Shapes.narrow(wanted, 1, numbers, wanted.dim(1)));
        });
        terms.add("codeClasses", config.codeClasses(), () -> {
            return teacher.difference(
                    Shapes.narrow(code, 1, 0, teacher.logits()), Shapes.narrow(wanted, 1, numbers, wanted.dim(1)));
        });
    }

    private static TeacherNetwork given(@Nullable TeacherNetwork teacher, String role, String setting) {
        if (teacher == null) {
            throw new IllegalArgumentException("objective: " + setting + " needs the network " + role + ", got none");
        }
        return teacher;
    }

    /** What a frozen network says of source pictures; of the last ones it may be known. */
    private static Tensor read(
            StepInput in,
            UnaryOperator<Tensor> network,
            Tensor pictures,
            Function<SourceReadings, @Nullable Tensor> part) {
        SourceReadings readings = in.readings();
        if (readings == null) {
            return Scope.in("readings", () -> network.apply(pictures));
        }
        Tensor known = Objects.requireNonNull(part.apply(readings));
        int unread = in.unreadRows();
        return unread == 0
                ? known
                : Scope.in("readings", () -> Shapes.concat(0, List.of(network.apply(head(pictures, unread)), known)));
    }

    private Tensor landmarkLoss(Tensor output, StepInput in) {
        Tensor wanted = read(in, networks.landmarks(), in.attributes(), SourceReadings::landmarks);
        Tensor seen = networks.landmarks().apply(output);
        LossChecks.landmarks(config, seen.dim(1));
        int from = 2 * config.firstLandmark();
        Tensor off = Elementwise.sub(
                Shapes.narrow(seen, 1, from, seen.dim(1)), Shapes.narrow(wanted, 1, from, wanted.dim(1)));
        float grid = (float) config.landmarkGrid();
        return Reduce.meanAll(Elementwise.square(Elementwise.scale(off, grid)));
    }

    private @Nullable Tensor pixelLosses(Terms terms, StepInput in, Tensor output) {
        int same = in.sameRows();
        PixelTerms.Mix[] mix = new PixelTerms.Mix[1];
        if (same > 0) {
            terms.add("pixel", config.pixel(), () -> {
                mix[0] = pixels.mix(unit(head(output, same)), unit(head(in.identities(), same)));
                return mix[0].loss();
            });
        }
        int unknown = in.rows() - in.swapRows();
        if (unknown > same) {
            terms.add("crossPixel", config.crossPixel(), () -> {
                return pixels.around(
                        unit(Shapes.narrow(output, 0, same, unknown)),
                        unit(Shapes.narrow(in.attributes(), 0, same, unknown)));
            });
        }
        Tensor swaps = in.swaps();
        if (swaps != null) {
            terms.add("swap", config.swap(), () -> {
                return pixels.mix(unit(tail(output, unknown)), unit(swaps)).loss();
            });
        }
        if (mix[0] == null) {
            return null;
        }
        terms.values.put("absolute", mix[0].absolute());
        Tensor similarity = mix[0].similarity();
        if (similarity != null) {
            terms.values.put("similarity", Elementwise.affine(Reduce.meanAll(similarity), -1, 1));
        }
        return similarity;
    }

    /** From [-1, 1] to [0, 1]. */
    private static Tensor unit(Tensor images) {
        return Elementwise.affine(images, 0.5f, 0.5f);
    }

    private static Tensor head(Tensor rows, int count) {
        return Shapes.narrow(rows, 0, 0, count);
    }

    private static Tensor tail(Tensor rows, int from) {
        return Shapes.narrow(rows, 0, from, rows.dim(0));
    }

    // --- codes
    // --------------------------------------------------------------------------------------------------------

    /** Mean squared correlation of every attribute component with every identity component over the batch. */
    private static Tensor leak(Tensor code, Tensor identity) {
        Tensor a = standardised(code);
        Tensor b = standardised(identity);
        Tensor products = MatMul.of(a, true, b, false);
        return Reduce.meanAll(Elementwise.square(Elementwise.scale(products, 1f / code.dim(0))));
    }

    private static Tensor standardised(Tensor x) {
        Tensor centred = Elementwise.sub(x, Reduce.mean(x, 0));
        Tensor variance = Reduce.mean(Elementwise.square(centred), 0);
        return Elementwise.mul(centred, Elementwise.rsqrt(Elementwise.shift(variance, 1e-6f)));
    }

    private void latentLosses(Terms terms, StepInput in, Tensor w) {
        LatentStatistics known = statistics;
        if (known == null) {
            return;
        }
        Tensor own = in.ownCodes();
        if (own != null) {
            terms.add("regression", config.regression(), () -> regression(head(w, own.dim(0)), own, known));
        }
        if (w.dim(0) > 1) {
            terms.add("moments", config.moments(), () -> moments(w, known));
        }
    }

    private static Tensor regression(Tensor w, Tensor own, LatentStatistics known) {
        return Reduce.meanAll(Elementwise.square(Elementwise.div(Elementwise.sub(w, own), known.deviation())));
    }

    private static Tensor moments(Tensor w, LatentStatistics known) {
        Tensor scaled = Elementwise.div(Elementwise.sub(w, known.mean()), known.deviation());
        Tensor mean = Reduce.mean(scaled, 0);
        Tensor variance = Reduce.mean(Elementwise.square(Elementwise.sub(scaled, mean)), 0);
        Tensor deviation = Elementwise.sqrt(Elementwise.shift(variance, 1e-6f));
        return Elementwise.add(
                Reduce.meanAll(Elementwise.square(mean)),
                Reduce.meanAll(Elementwise.square(Elementwise.shift(deviation, -1))));
    }

    // --- the latent discriminator
    // ---------------------------------------------------------------------------------------

    private Pass judged(StepInput in, Pass pass) {
        Tensor real = in.realCodes();
        if (real == null) {
            return pass;
        }
        float weight = (float) config.adversarial();
        Tensor tracked = real.detached().track();
        Tensor judgedReal = networks.discriminator().apply(tracked);
        Tensor judgedFake = networks.discriminator().apply(pass.w());
        Tensor adversarial = Elementwise.scale(Losses.gan(judgedFake), weight);
        Tensor discriminator =
                Elementwise.scale(Losses.discriminator(judgedReal, judgedFake), (float) config.discriminator());
        Tensor penalty = config.r1() > 0 ? Losses.r1(judgedReal, tracked, (float) config.r1()) : null;
        Map<String, Tensor> terms = pass.terms();
        terms.put("adversarial", adversarial);
        terms.put("discriminator", discriminator);
        if (penalty != null) {
            terms.put("penalty", penalty);
        }
        return new Pass(
                pass.w(), pass.output(), pass.total(), adversarial, discriminator, penalty, terms, pass.similarity());
    }

    @Override
    public void close() {
        pixels.close();
    }

    /** Terms with their weights. */
    private static final class Terms {
        private final Map<String, Tensor> values = new LinkedHashMap<>();
        private @Nullable Tensor sum;

        void add(String name, double weight, Supplier<Tensor> term) {
            if (weight > 0) {
                Tensor value = term.get();
                values.put(name, value);
                Tensor weighted = Elementwise.scale(value, (float) weight);
                sum = sum == null ? weighted : Elementwise.add(sum, weighted);
            }
        }

        /** A step may have no term at all; its total is 0 and has zero gradients. */
        Tensor total(Tensor w) {
            return sum != null ? sum : Elementwise.scale(Reduce.sumAll(w), 0);
        }
    }
}
