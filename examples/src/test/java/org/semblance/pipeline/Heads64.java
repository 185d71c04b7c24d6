package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.semblance.Disentangler;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/**
 * The embedded model, loaded once for a test class, beside the outputs that PyTorch gave with the same weights. Fails a
 * class that leaves device memory held. The system property {@code semblance.backend} chooses the device.
 */
final class Heads64 implements BeforeAllCallback, AfterAllCallback {
    private final Device device = Device.named(System.getProperty("semblance.backend", "cpu"));
    private @Nullable Disentangler model;
    private @Nullable Weights expected;
    private long liveBefore;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        liveBefore = liveBytes();
        model = Disentangler.load(folder(), device);
        try (InputStream in = Heads64.class.getResourceAsStream("expected.safetensors")) {
            expected = Safetensors.read(Objects.requireNonNull(in), "expected.safetensors");
        }
    }

    /** What a network caches beside its weights goes with it, so that this can only be asked once it is closed. */
    @Override
    public void afterAll(ExtensionContext context) {
        model().close();
        assertThat(liveBytes()).as("bytes held after the tests").isEqualTo(liveBefore);
    }

    static ModelFolder folder() throws IOException {
        return Disentangler.embeddedModel();
    }

    Device device() {
        return device;
    }

    Disentangler model() {
        return Objects.requireNonNull(model);
    }

    long liveBytes() {
        return device.backend().counters().liveBytes();
    }

    /** A reference output. */
    HostArray expected(String name) {
        try {
            return Objects.requireNonNull(expected).get(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The eight golden heads, rounded to 8 bits. */
    List<Image> heads() {
        return Image.unstack(expected("heads"));
    }

    /** Runs a network on host data. */
    HostArray run(HostArray input, Function<Tensor, Tensor> network) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                return network.apply(Tensor.of(device, input)).toHost();
            }
        });
    }

    /** {@code |a - b| / |b|}. */
    static double relativeL2(HostArray a, HostArray b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < b.data().length; i++) {
            double d = (double) a.data()[i] - b.data()[i];
            difference += d * d;
            norm += (double) b.data()[i] * b.data()[i];
        }
        return Math.sqrt(difference / norm);
    }
}
