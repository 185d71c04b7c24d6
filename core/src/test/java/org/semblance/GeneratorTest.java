package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;

/** The generator for callers, with small networks of random weights. */
@ExtendWith(NoLeaks.class)
class GeneratorTest {
    private final Device device = TestDevice.get();
    private Generator plain;
    private Generator labelled;

    @BeforeEach
    void open() {
        plain = generator(0);
        labelled = generator(4);
    }

    @AfterEach
    void close() {
        plain.close();
        labelled.close();
    }

    private Generator generator(int labels) {
        GeneratorConfig config = new GeneratorConfig(
                512, labels, 10, 3, 2, 0.01, Channels.of(80, 6, 16), Architecture.SKIP, Activation.NO_CLAMP);
        return new Generator(StyleGan2Generator.load(config, new RandomSource(7), device, false), device);
    }

    @Test
    void pairsOfTestsAndOfEvaluationsHaveNoSeedInCommon() {
        assertThat(new GeneratedPairs(plain, 2048, 0).seeds(2047, 2)).containsExactly(2047, 2048);
        assertThat(new GeneratedPairs(plain, 2048, 1L << 20).seeds(0, 1)).containsExactly(0);
        assertThat(GeneratedPairs.ofTests(plain, 64, 1).seeds(0, 2)).containsExactly(0xF0000080L, 0xF0000081L);
        assertThat(GeneratedPairs.ofTests(plain, 1 << 20, 127).seeds((2 << 20) - 1, 2))
                .containsExactly(0xFFFFFFFFL, 0xF0000000L);
    }

    @Test
    void seedsGiveNumpysNumbers() {
        HostArray z = plain.z(0, 12345);
        assertThat(z.shape()).isEqualTo(Shape.of(2, 512));
        assertThat(z.data()[0]).isEqualTo(1.7640524f);
        assertThat(z.data()[511]).isEqualTo(1.3749641f);
        assertThat(z.data()[512]).isEqualTo(-0.20470765f);
        assertThat(z.data()[1023]).isEqualTo(-0.7267081f);
        assertThatIllegalArgumentException().isThrownBy(plain::z).withMessageContaining("at least one");
        assertThatIllegalArgumentException().isThrownBy(() -> plain.z(-1)).withMessageContaining("got -1");
    }

    @Test
    void sameSeedSamePicture() {
        HostArray z = plain.z(1, 2);
        List<Image> first = plain.generate(z, Truncation.none(), Noise.random(3));
        assertThat(first).hasSize(2).doesNotHaveDuplicates();
        assertThat(plain.generate(z, Truncation.none(), Noise.random(3))).isEqualTo(first);
        assertThat(plain.generate(z, Truncation.none(), Noise.random(4))).isNotEqualTo(first);
        assertThat(plain.generate(z, Truncation.of(0.5f), Noise.random(3))).isNotEqualTo(first);
    }

    /** More pictures than go through together: none shares its noise with another. */
    @Test
    void noiseDoesNotRepeatFromBatchToBatch() {
        long[] seeds = LongStream.range(0, 2 * Batches.SIZE + 3).map(i -> 5).toArray();
        List<Image> pictures = plain.generate(plain.z(seeds), Truncation.none(), Noise.random(1));
        assertThat(pictures).hasSize(seeds.length).doesNotHaveDuplicates();
    }

    @Test
    void labelledPicturesHaveNoiseOfTheirOwnToo() {
        HostArray labels = HostArray.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0}, 2, 4);
        assertThat(labelled.generate(labelled.z(5, 5), labels, Truncation.none(), Noise.random(1)))
                .doesNotHaveDuplicates();
        assertThat(labelled.generate(labelled.z(5, 5), labels, Truncation.none(), Noise.constant()))
                .hasSize(2)
                .satisfies(both -> assertThat(both.get(0)).isEqualTo(both.get(1)));
    }

    @Test
    void labelsChangeThePicture() {
        HostArray labels = HostArray.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0}, 2, 4);
        List<Image> both = labelled.generate(labelled.z(5, 5), labels, Truncation.none(), Noise.none());
        assertThat(both.get(0)).isNotEqualTo(both.get(1));
    }

    @Test
    void labelsMustFit() {
        HostArray one = HostArray.of(new float[4], 1, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled.generate(labelled.z(1, 2), one, Truncation.none(), Noise.none()))
                .withMessage("generate: labels must be [N, cDim] for z [N, zDim], got [1, 4] and [2, 512]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled.generate(labelled.z(1), Truncation.none(), Noise.none()))
                .withMessage("mapping: label must be [N, 4], got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.generate(plain.z(1), one, Truncation.none(), Noise.none()))
                .withMessage("mapping: label must be [N, 0], that is, none, got [1, 4]");
        HostArray bad = HostArray.of(new float[] {0, Float.NaN, 0, 0}, 1, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labelled.generate(labelled.z(1), bad, Truncation.none(), Noise.none()))
                .withMessageContaining("NaN at element 1 of [1, 4]");
    }

    @Test
    void codesPerLayer() {
        HostArray w = plain.map(plain.z(3));
        float[] rows = new float[6 * 10];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = w.data()[i % 10];
        }
        Image same = plain.synthesiseLayers(HostArray.of(rows, 1, 6, 10), Noise.constant())
                .get(0);
        assertThat(same).isEqualTo(plain.synthesise(w).get(0));
        rows[55] += 3;
        assertThat(plain.synthesiseLayers(HostArray.of(rows, 1, 6, 10), Noise.constant())
                        .get(0))
                .isNotEqualTo(same);
    }

    /** Its 6 channels suit no plan, on any device. */
    @Test
    void otherPrecisionsAreRefusedWithTheReason() {
        assertThat(plain.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(plain.supports(Precision.FLOAT32)).isTrue();
        assertThat(plain.supports(Precision.FLOAT16)).isFalse();
        assertThat(plain.withPrecision(Precision.FLOAT32).network()).isSameAs(plain.network());
        assertThatThrownBy(() -> plain.withPrecision(Precision.FLOAT16))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("generator: FLOAT16 cannot be had on " + device.name() + ": ");
    }
}
