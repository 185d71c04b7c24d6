package org.semblance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.nn.ParameterSource;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;

/** The generators that are measured. Reading one computes nothing, so that a peer's fork loads no natives of ours. */
public enum GeneratorPreset {
    /** The generator of the embedded model. */
    HEADS64 {
        @Override
        public GeneratorConfig config() {
            Json json = network().config();
            int base = json.get("channel_base").asInt();
            int resolution = json.get("img_resolution").asInt();
            return new GeneratorConfig(
                    json.get("z_dim").asInt(),
                    0,
                    json.get("w_dim").asInt(),
                    3,
                    json.get("mapping_layers").asInt(),
                    0.01,
                    Channels.of(base, json.get("channel_max").asInt(), resolution),
                    Architecture.SKIP,
                    Activation.NO_CLAMP);
        }

        @Override
        public ParameterSource weights() {
            return stored();
        }
    },

    /** 256x256 pixels, channel base 16384, at most 512 channels, random weights and noise. */
    RANDOM256 {
        @Override
        public GeneratorConfig config() {
            return GeneratorConfig.standard(256, 16384, 512);
        }

        @Override
        public ParameterSource weights() {
            return new RandomGenerator();
        }
    };

    /** Sizes. */
    public abstract GeneratorConfig config();

    /** Weights by the names of stylegan2-ada-pytorch. */
    public abstract ParameterSource weights();

    /** Style codes {@code [N, wDim]}. */
    public HostArray codes(int batch) {
        return RandomArrays.normal(1, Shape.of(batch, config().wDim()));
    }

    /** The gradient of a loss with respect to the pictures, {@code [N, 3, R, R]}. */
    public HostArray upstream(int batch) {
        int r = config().resolution();
        return RandomArrays.normal(2, Shape.of(batch, 3, r, r));
    }

    private static ModelNetwork network() {
        try {
            return Disentangler.embeddedModel().network(ModelNetwork.GENERATOR);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ParameterSource stored() {
        try {
            return new Stored(Disentangler.embeddedModel().weights(ModelNetwork.GENERATOR));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Stored(Weights weights) implements ParameterSource {
        @Override
        public HostArray take(String name, Shape shape) {
            try {
                HostArray stored = weights.get(name);
                return new HostArray(shape, stored.data());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public @Nullable HostArray takeIfPresent(String name, Shape shape) {
            return weights.contains(name) ? take(name, shape) : null;
        }

        @Override
        public @Nullable Shape shapeOf(String name) {
            return weights.contains(name) ? weights.shape(name) : null;
        }
    }
}
