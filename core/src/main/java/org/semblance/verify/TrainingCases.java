package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.nn.Adam;
import org.semblance.nn.Linear;
import org.semblance.nn.Losses;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;

/** The optimiser and the adversarial losses. */
final class TrainingCases {
    private TrainingCases() {}

    static void register(CaseRunners all) {
        all.add("adam_keras", TrainingCases::adam);
        all.add("gan_losses", TrainingCases::ganLosses);
        all.add("r1_penalty_mlp", TrainingCases::r1Penalty);
    }

    private static void adam(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        Tensor start = c.input("p0");
        Tensor p = Tensor.of(c.device(), c.host("p0"));
        List<Tensor> parameters = List.of(p);
        try (Adam adam = new Adam(
                parameters,
                a.number("lr", 0.001),
                a.number("beta1", 0.9),
                a.number("beta2", 0.999),
                a.number("eps", 1e-7))) {
            for (int t = 1; c.has("g" + t); t++) {
                adam.step(List.of(c.input("g" + t)));
                c.put("p" + t, p.toHost());
                c.put("delta" + t, Elementwise.sub(p, start));
            }
            c.put("m", adam.firstMoments().get(0).toHost());
            c.put("v", adam.secondMoments().get(0).toHost());
        }
    }

    private static void ganLosses(CaseContext c) throws IOException {
        float lambda = (float) c.attrs().number("lambda_gan", 1);
        Tensor fake = c.input("fake");
        c.put("g_loss", Elementwise.scale(Losses.gan(fake), lambda));
        c.put("d_loss", Elementwise.scale(Losses.discriminator(c.input("real"), fake), lambda));
    }

    private static void r1Penalty(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        List<String> kernels = kernels(c);
        Tensor w = c.input("w").track();
        Activation hidden = Activation.leakyRelu((float) a.number("slope", 0.2));
        List<String> names = new ArrayList<>(List.of("w"));
        Tensor x = w;
        for (int i = 0; i < kernels.size(); i++) {
            String bias = kernels.get(i).replaceFirst("kernel$", "bias");
            boolean last = i + 1 == kernels.size();
            Tensor b = c.has(bias) ? c.input(bias).track() : null;
            x = Linear.keras(x, c.input(kernels.get(i)).track(), b, last ? Activation.linear() : hidden);
            names.addAll(b == null ? List.of(kernels.get(i)) : List.of(kernels.get(i), bias));
        }
        c.put("logit", x);
        c.put("grad_logit_sum.w", Gradients.of(x).wrt(w));
        putPenalty(c, Losses.r1(x, w, (float) a.number("gamma", 10)), names);
    }

    private static void putPenalty(CaseContext c, Tensor penalty, List<String> names) throws IOException {
        c.put("penalty", penalty);
        List<Tensor> inputs = new ArrayList<>();
        for (String name : names) {
            inputs.add(c.input(name));
        }
        List<Tensor> gradients = Gradients.of(penalty).wrt(inputs);
        for (int i = 0; i < names.size(); i++) {
            c.put("grad_penalty." + names.get(i), gradients.get(i));
        }
    }

    /** The layers' kernels in the order of the numbers in their names. */
    private static List<String> kernels(CaseContext c) {
        return c.oracle().inputs().keySet().stream()
                .filter(name -> name.endsWith("kernel"))
                .sorted(Comparator.comparingInt(TrainingCases::number))
                .toList();
    }

    private static int number(String name) {
        String digits = name.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
