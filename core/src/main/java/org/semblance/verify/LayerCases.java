package org.semblance.verify;

import java.io.IOException;
import java.util.Locale;
import org.semblance.backend.Activation;
import org.semblance.ops.BiasAct;
import org.semblance.ops.FullyConnected;
import org.semblance.ops.MinibatchStd;
import org.semblance.ops.Norm;
import org.semblance.tensor.Tensor;

/** Activations, dense layers and normalisations. */
final class LayerCases {
    private LayerCases() {}

    static void register(CaseRunners all) {
        all.add("bias_act", LayerCases::biasAct);
        all.add("fully_connected", LayerCases::fullyConnected);
        all.add("normalize_2nd_moment", LayerCases::secondMoment);
        all.add("l2_normalize", LayerCases::l2Normalize);
        all.add("minibatch_std", LayerCases::minibatchStd);
        all.add("batch_norm", LayerCases::batchNorm);
    }

    private static void biasAct(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        Activation act = activation(a.text("act", "linear"));
        act = act.withAlpha((float) a.number("alpha", act.alpha()));
        act = act.withGain((float) a.number("gain", act.gain()));
        act = act.withClamp((float) a.number("clamp", act.clamp()));
        c.put("y", BiasAct.of(c.input("x"), c.inputOrNull("b"), a.integer("dim", 1), act));
    }

    private static void fullyConnected(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        Tensor w = c.input("weight");
        double multiplier = a.number("lr_multiplier", 1);
        Activation act = activation(a.text("activation", "linear"));
        Tensor y = FullyConnected.of(
                c.input("x"),
                w,
                c.inputOrNull("bias"),
                (float) a.number("weight_gain", multiplier / Math.sqrt(w.dim(1))),
                (float) a.number("bias_gain", multiplier),
                act.withGain((float) a.number("act_gain", act.gain())));
        c.put("y", y);
    }

    private static void secondMoment(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        c.put("y", Norm.secondMoment(c.input("x"), a.integer("dim", 1), (float) a.number("eps", 1e-8)));
    }

    private static void l2Normalize(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        c.put("y", Norm.l2(c.input("x"), a.integer("axis", -1), (float) a.number("eps", 1e-12)));
    }

    private static void minibatchStd(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        c.put("y", MinibatchStd.of(c.input("x"), a.integer("group_size", 0), a.integer("num_channels", 1)));
    }

    private static void batchNorm(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        Tensor x = c.image("x");
        Tensor gamma = c.inputOrNull("gamma");
        Tensor beta = c.inputOrNull("beta");
        float eps = (float) a.number("eps", 1e-3);
        if (!a.flag("training", false)) {
            c.putImage("y", Norm.batchInference(x, gamma, beta, c.input("mean"), c.input("var"), eps));
            return;
        }
        Norm.Batch batch = Norm.batchTraining(x, gamma, beta, eps);
        c.putImage("y", batch.y());
        c.put("batch_mean", batch.mean());
        c.put("batch_var_biased", batch.variance());
        if (c.has("mean") && c.has("var")) {
            putMoving(c, batch, x.shape().count() / x.dim(1));
        }
    }

    private static void putMoving(CaseContext c, Norm.Batch batch, long count) throws IOException {
        double keras = c.attrs().number("keras_momentum", 0.99);
        double torch = 1 - c.attrs().number("torch_momentum", 0.1);
        Tensor unbiased = Norm.unbiased(batch.variance(), count);
        c.put("keras_new_mean", Norm.moving(c.input("mean"), batch.mean(), keras));
        c.put("keras_new_var", Norm.moving(c.input("var"), batch.variance(), keras));
        c.put("keras_new_var_fused", Norm.moving(c.input("var"), unbiased, keras));
        c.put("torch_new_mean", Norm.moving(c.input("mean"), batch.mean(), torch));
        c.put("torch_new_var", Norm.moving(c.input("var"), unbiased, torch));
    }

    /** A function of the manifest's name with StyleGAN's defaults. @throws SkippedCase for other names */
    static Activation activation(String name) {
        try {
            return Activation.standard(Activation.Kind.valueOf(name.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new SkippedCase("activation " + name + " is not implemented");
        }
    }
}
