package org.semblance.networks.stylegan2;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.Device;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisPlan;
import org.semblance.backend.SynthesisSpec;
import org.semblance.ops.Layouts;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/**
 * A frozen synthesis network as one operation of a backend, in a precision below float32. First gradients to the style
 * codes come from what the backend saved; gradients with history go through the composition, in float32.
 */
final class PlannedSynthesis implements AutoCloseable {
    private static final String NAME = "synthesis";

    private final Synthesis synthesis;
    private final Device device;
    private final int imageChannels;
    private final int resolution;
    private final Plans plans = new Plans(this::made);
    private final @Nullable String unsuited;
    private volatile @Nullable SynthesisSpec spec;

    PlannedSynthesis(Synthesis synthesis, GeneratorConfig config, Device device, boolean trainable) {
        this.synthesis = synthesis;
        this.device = device;
        imageChannels = config.imageChannels();
        resolution = config.resolution();
        unsuited = unsuited(config, trainable);
    }

    private static @Nullable String unsuited(GeneratorConfig config, boolean trainable) {
        if (trainable) {
            return "its weights are being trained";
        }
        return config.architecture() == Architecture.SKIP
                ? null
                : "only networks of the skip architecture are planned, got " + config.architecture();
    }

    /** Why this precision cannot be had, in words; empty if it can. */
    Optional<String> refusal(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return Optional.empty();
        }
        Optional<String> reason = Optional.ofNullable(unsuited);
        return reason.isPresent() ? reason : device.backend().refusal(spec(), precision);
    }

    /* Without the lock: a backend may make the caller wait for a thread that itself wants the lock. */
    private SynthesisSpec spec() {
        SynthesisSpec known = spec;
        if (known == null) {
            known = device.call(synthesis::describe);
            spec = known;
        }
        return known;
    }

    /** @throws UnsupportedOperationException with the reason if the precision cannot be had */
    private SynthesisPlan made(Precision precision) {
        refusal(precision).ifPresent(reason -> {
            throw new UnsupportedOperationException(NAME + ": " + precision + " cannot be had: " + reason);
        });
        return device.backend().synthesis(spec(), precision);
    }

    /** {@code [N, numWs, wDim]} to {@code [N, K, R, R]}. */
    Tensor apply(Tensor ws, Noise noise, Precision precision) {
        synthesis.check(ws);
        SynthesisPlan plan = plans.get(precision);
        Tensor codes = Layouts.plain(ws);
        Tensor image = Tensor.empty(device, Shape.of(ws.dim(0), imageChannels, resolution, resolution));
        if (!Recording.isOn(codes)) {
            plan.image(codes.array(), source(noise), image.array());
            return image;
        }
        Tensor tape = Tensor.adopting(device, plan.tape(ws.dim(0)));
        plan.record(codes.array(), source(noise), tape.array(), image.array());
        return Recording.of(NAME, image)
                .inputs(List.of(codes), (g, s, needed) -> gradients(plan, noise, g, s[0], s[1]), codes, tape)
                .done();
    }

    private @Nullable Tensor[] gradients(SynthesisPlan plan, Noise noise, Tensor g, Tensor codes, Tensor tape) {
        if (Recording.isOn(g, codes)) {
            Tensor view = Shapes.view(codes);
            Tensor image = synthesis.apply(view, noise, null);
            return new @Nullable Tensor[] {
                Gradients.of(image).seed(g).recorded().wrt(view)
            };
        }
        Tensor up = Layouts.plain(g);
        Tensor dWs = Tensor.empty(device, codes.shape());
        plan.gradient(tape.array(), up.array(), dWs.array());
        return new @Nullable Tensor[] {dWs};
    }

    /** {@code [N, numWs, wDim]} to 8-bit pixels {@code [N, R, R, 3]}. */
    byte[] pixels(Tensor ws, Noise noise, Precision precision) {
        synthesis.check(ws);
        if (imageChannels != 3) {
            throw new IllegalArgumentException(
                    "image: a batch must be [N, 3, H, W], got " + imageChannels + " channels");
        }
        byte[] rgb = new byte[Math.multiplyExact(3 * resolution * resolution, ws.dim(0))];
        if (precision == Precision.FLOAT32) {
            Backend backend = device.backend();
            backend.pixels(Layouts.plain(synthesis.apply(ws, noise, null)).array(), rgb);
        } else {
            plans.get(precision).pixels(Layouts.plain(ws).array(), source(noise), rgb);
        }
        return rgb;
    }

    /** What each layer takes for these codes. */
    List<LayerTime> profile(Tensor ws, Noise noise, Precision precision, int passes) {
        synthesis.check(ws);
        SynthesisPlan plan = plans.get(precision);
        Shape shape = Shape.of(ws.dim(0), imageChannels, resolution, resolution);
        Tensor image = Tensor.empty(device, shape);
        return plan.profile(Layouts.plain(ws).array(), source(noise), image.array(), passes);
    }

    private static SynthesisNoise source(Noise noise) {
        SynthesisNoise.Kind kind =
                switch (noise.mode()) {
                    case NONE -> SynthesisNoise.Kind.NONE;
                    case CONST -> SynthesisNoise.Kind.CONST;
                    case RANDOM -> SynthesisNoise.Kind.RANDOM;
                };
        return new SynthesisNoise(kind, noise.seed(), noise.first());
    }

    @Override
    public void close() {
        List<SynthesisPlan> made = plans.end();
        device.run(() -> made.forEach(SynthesisPlan::close));
    }
}
