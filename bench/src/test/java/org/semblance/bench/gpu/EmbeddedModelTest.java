package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.Disentangler;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The embedded model on a GPU: its swaps are those of the CPU, and half precision stays near float32. */
@Tag("gpu")
class EmbeddedModelTest {
    private final Device cuda = assumed(Device::cuda);
    private final List<Image> heads = heads();
    private final List<Image> others = reversed(heads);
    private long before;

    /** A host may have no GPU, or the backend of the CPU without its natives, as a bundle for GPU hosts does. */
    private static Device assumed(Supplier<Device> device) {
        try {
            return device.get();
        } catch (UnsupportedOperationException e) {
            return abort(e.getMessage());
        }
    }

    private static List<Image> heads() {
        List<HeadFactors> factors =
                IntStream.range(0, 6).mapToObj(i -> HeadFactors.of(i, 10 + i)).toList();
        return new HeadRenderer()
                .render(factors, 64).stream()
                        .map(head -> Image.fromFloats(head.image()))
                        .toList();
    }

    private static List<Image> reversed(List<Image> images) {
        List<Image> turned = new ArrayList<>(images);
        Collections.reverse(turned);
        return turned;
    }

    private static Disentangler model(Device device) throws IOException {
        return Disentangler.load(Disentangler.embeddedModel(), device);
    }

    private long liveBytes() {
        return cuda.backend().counters().liveBytes();
    }

    @BeforeEach
    void needsTheModel() {
        before = liveBytes();
        assumeTrue(
                getClass().getResource("/org/semblance/models/heads64/model.json") != null,
                "the embedded model is not here (SEMBLANCE_BUNDLE_MODEL=1 puts it into a bundle)");
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(liveBytes()).as("bytes held after the test").isEqualTo(before);
    }

    @Test
    void swapsAreThoseOfTheCpu() throws IOException {
        try (Disentangler expected = model(assumed(Device::cpu));
                Disentangler actual = model(cuda)) {
            assertThat(distance(actual.codes(heads, others), expected.codes(heads, others)))
                    .as("style codes")
                    .isLessThan(1e-4);
            // Of pictures in 8 bits, whose levels are rounded: about what a tenth of them would make that is one off.
            assertThat(distance(Image.stack(actual.swap(heads, others)), Image.stack(expected.swap(heads, others))))
                    .as("pictures")
                    .isLessThan(5e-3);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, 1.5e-3", "BFLOAT16, 1.2e-2"})
    void picturesInHalfPrecisionAreCloseToFloat32(Precision precision, double bound) throws IOException {
        try (Disentangler model = model(cuda)) {
            HostArray codes = model.codes(heads, others);
            HostArray exact = pictures(model, codes, Precision.FLOAT32);
            assertThat(distance(pictures(model, codes, precision), exact)).isBetween(1e-6, bound);
        }
    }

    private HostArray pictures(Disentangler model, HostArray codes, Precision precision) {
        StyleGenerator network = model.generator().network();
        return cuda.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor ws = network.broadcast(Tensor.of(cuda, codes), Truncation.none());
                return network.synthesise(ws, Noise.constant(), precision).toHost();
            }
        });
    }

    /** Relative, in L2. */
    private static double distance(HostArray actual, HostArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.data().length; i++) {
            double d = (double) actual.data()[i] - expected.data()[i];
            difference += d * d;
            norm += (double) expected.data()[i] * expected.data()[i];
        }
        return Math.sqrt(difference / norm);
    }
}
