package org.semblance.verify;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.json.Json;
import org.semblance.nn.Adam;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LossConfig;
import org.semblance.training.LossConfig.IdentityLoss;
import org.semblance.training.LossConfig.PixelLoss;
import org.semblance.training.LossConfig.PixelMask;
import org.semblance.training.LossConfig.Similarity;
import org.semblance.training.Objective;
import org.semblance.training.OptimiserConfig;
import org.semblance.training.ParameterSet;
import org.semblance.training.StepGradients;
import org.semblance.training.StepInput;
import org.semblance.training.Updates;

/** Whole steps of training: the library's own objective and updates around the networks that a case carries. */
final class TrainingStepCases {
    private static final List<String> OPTIMISERS = List.of("adam_g", "adam_g_gan", "adam_w_d");

    private final CaseContext c;
    private final Attributes attrs;
    private final CaseNetworks networks;
    private final Map<String, HostArray> results = new LinkedHashMap<>();

    private TrainingStepCases(CaseContext c) throws IOException {
        this.c = c;
        attrs = c.attrs();
        networks = new CaseNetworks(c);
    }

    static void register(CaseRunners all) {
        all.add("training_step", c -> new TrainingStepCases(c).run());
    }

    private void run() throws IOException {
        try (networks;
                Updates updates = new Updates(
                        optimisers(),
                        new ParameterSet(c.device(), networks.trained("G_trainable_order")),
                        new ParameterSet(c.device(), networks.trained("W_D_trainable_order")),
                        c.device());
                Objective objective = new Objective(networks.functions(), losses(), resolution(), c.device(), null)) {
            c.put("pixel_mask", objective.pixelMask().toHost());
            for (Json step : attrs.json().get("steps").elements()) {
                step(objective, updates, step);
            }
            results.forEach(c::put);
        }
    }

    private int resolution() {
        return attrs.integer("resolution", 0);
    }

    private LossConfig losses() {
        Attributes lambdas = attrs.nested("lambdas");
        double[] mix = lambdas.json().get("mix").asDoubles();
        boolean uniform = attrs.text("pixel_mask_type", "gaussian").equals("uniform");
        double sigma = 256.0 * attrs.integer("mask_sigma", 80) / resolution();
        return new LossConfig(
                lambdas.number("id", 1),
                IdentityLoss.MEAN_ABSOLUTE,
                lambdas.number("landmarks", 0.001),
                160,
                17,
                lambdas.number("pixel", 0.02),
                attrs.text("pixel_loss_type", "mix").equals("mix") ? PixelLoss.MIX : PixelLoss.L1,
                mix[0],
                mix[1],
                true,
                uniform ? PixelMask.UNIFORM : PixelMask.INVERSE_GAUSSIAN,
                sigma,
                similarity(),
                0,
                sigma,
                0,
                2,
                0,
                0,
                true,
                0,
                0,
                0,
                lambdas.number("gan", 1),
                lambdas.number("gan", 1),
                attrs.flag("gp", true) ? lambdas.number("r1_gamma", 10) : 0,
                0,
                0,
                0);
    }

    private Similarity similarity() {
        Similarity standard = Similarity.standard(resolution());
        Json powers = attrs.json().get("ms_ssim_power_factors");
        if (powers.size() == 0) {
            return standard;
        }
        List<Double> given = powers.elements().stream().map(Json::asDouble).toList();
        return new Similarity(standard.window(), standard.sigma(), standard.k1(), standard.k2(), given);
    }

    private OptimiserConfig optimisers() {
        Attributes rates = attrs.nested("lr");
        return new OptimiserConfig(adam(rates, "g"), adam(rates, "g_gan"), adam(rates, "w_d"), false, 0, 0);
    }

    private OptimiserConfig.Adam adam(Attributes rates, String name) {
        Attributes adam = attrs.nested("adam");
        return new OptimiserConfig.Adam(
                rates.json().get(name).asDouble(),
                adam.number("beta1", 0.9),
                adam.number("beta2", 0.999),
                adam.number("eps", 1e-7));
    }

    private void step(Objective objective, Updates updates, Json step) throws IOException {
        int number = step.get("step").asInt();
        String prefix = "step" + number + ".";
        try (Scope scope = Scope.open(prefix)) {
            boolean cross = step.get("cross_face").asBoolean();
            Tensor id = networks.image("img.id");
            Tensor attr = cross ? networks.image("img.attr") : id;
            Tensor real = step.get("uses_W_D").asBoolean() ? c.input(prefix + "real_w") : null;
            StepInput in = new StepInput(id, attr, cross ? id.dim(0) : 0, real, null);
            Objective.Pass pass = objective.evaluate(in);
            StepGradients gradients = updates.gradients(pass);
            put(prefix, pass);
            put(prefix, gradients, updates);
            updates.apply(pass, gradients, 1, number - 1);
        }
        putState(prefix, updates);
    }

    private void put(String prefix, Objective.Pass pass) {
        Map<String, String> names = Map.of(
                "identity", "id",
                "landmarks", "landmarks",
                "pixel", "pixel",
                "absolute", "l1",
                "total", "total_g_not_gan",
                "adversarial", "g_w_gan",
                "discriminator", "w_d",
                "penalty", "w_d_gp");
        pass.terms().forEach((term, value) -> {
            if (names.containsKey(term)) {
                keep(prefix + "loss." + names.get(term), Elementwise.scale(value, weight(term)));
            }
        });
        if (pass.similarity() != null) {
            keep(prefix + "loss.ms_ssim", pass.similarity());
        }
        keep(prefix + "w", pass.w());
        keep(prefix + "pred", Elementwise.affine(pass.output(), 0.5f, 0.5f));
    }

    /** The cases state these two with their weights. */
    private float weight(String term) {
        Attributes lambdas = attrs.nested("lambdas");
        return switch (term) {
            case "landmarks" -> (float) lambdas.number("landmarks", 0.001);
            case "pixel" -> (float) lambdas.number("pixel", 0.02);
            default -> 1;
        };
    }

    private void put(String prefix, StepGradients gradients, Updates updates) {
        putAll(prefix + "grad_not_gan.", updates.model().names(), gradients.model());
        if (gradients.adversarial() != null && gradients.discriminator() != null) {
            putAll(prefix + "grad_gan.", updates.model().names(), gradients.adversarial());
            putAll(prefix + "grad_w_d.", updates.discriminator().names(), gradients.discriminator());
        }
    }

    private void putAll(String prefix, List<String> names, List<Tensor> values) {
        for (int i = 0; i < names.size(); i++) {
            keep(prefix + names.get(i), values.get(i));
        }
    }

    /** The step's scope is about to close, so results go by way of the host. */
    private void keep(String name, Tensor value) {
        if (c.expects(name)) {
            results.put(name, value.toHost());
        }
    }

    private void putState(String prefix, Updates updates) {
        for (ParameterSet set : List.of(updates.model(), updates.discriminator())) {
            putNamed(prefix + "param.", set, set.values().toHost());
        }
        for (int i = 0; i < OPTIMISERS.size(); i++) {
            Adam adam = updates.optimisers().get(i);
            ParameterSet set = i < 2 ? updates.model() : updates.discriminator();
            putNamed(
                    prefix + OPTIMISERS.get(i) + ".m.",
                    set,
                    adam.firstMoments().get(0).toHost());
            putNamed(
                    prefix + OPTIMISERS.get(i) + ".v.",
                    set,
                    adam.secondMoments().get(0).toHost());
        }
    }

    private void putNamed(String prefix, ParameterSet set, HostArray all) {
        set.named(all).forEach((name, value) -> {
            if (c.expects(prefix + name)) {
                c.put(prefix + name, value);
            }
        });
    }
}
