package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.Generator;
import org.semblance.IdEncoder;
import org.semblance.LandmarkDetector;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.image.Image;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.ParameterSource;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.WeightBinder;
import org.semblance.weights.Weights;

/** The pretrained networks give what PyTorch gave with the same weights. */
class ExpectedOutputsTest {
    private static final double IMAGES = 1e-4;
    private static final double CODES = 1e-5;

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private final StyleGenerator generator = HEADS.model().generator().network();

    @Test
    void mapping() {
        within(CODES, HEADS.run(HEADS.expected("z"), z -> generator.map(z, null)), "w");
        within(CODES, HEADS.model().generator().map(HEADS.expected("z")), "w");
    }

    @Test
    void synthesis() {
        within(IMAGES, synthesised("w", Noise.none()), "images");
    }

    /** All noise strengths of this model are zero. */
    @Test
    void synthesisWithNoiseOfEveryKind() {
        HostArray silent = synthesised("w", Noise.none());
        assertThat(synthesised("w", Noise.constant()).data()).isEqualTo(silent.data());
        assertThat(synthesised("w", Noise.random(3)).data()).isEqualTo(silent.data());
    }

    @Test
    void picturesAreTheRoundedSynthesis() {
        List<Image> pictures = HEADS.model().generator().generate(HEADS.expected("z"), Truncation.none(), Noise.none());
        List<Image> reference = Image.unstack(HEADS.expected("images"));
        for (int i = 0; i < reference.size(); i++) {
            assertThat(worstLevel(pictures.get(i), reference.get(i))).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void identity() {
        within(
                CODES,
                HEADS.run(HEADS.expected("heads"), HEADS.model().identity().network()::apply),
                "e_id");
    }

    @Test
    void attributes() {
        within(
                CODES,
                HEADS.run(HEADS.expected("heads"), HEADS.model().attributes().network()::apply),
                "e_attr");
    }

    @ParameterizedTest
    @CsvSource({"recogniser, e_id_test", "landmarks, e_lnd", "factors, factors"})
    void networksBesideThePipeline(String role, String name) throws IOException {
        try (IdEncoder network = IdEncoder.load(Heads64.folder(), role, HEADS.device())) {
            within(CODES, HEADS.run(HEADS.expected("heads"), network.network()::apply), name);
            assertThat(network.size()).isEqualTo(HEADS.expected(name).shape().dim(1));
        }
    }

    @Test
    void landmarksAsPoints() throws IOException {
        float[] expected = HEADS.expected("e_lnd").data();
        try (LandmarkDetector detector = LandmarkDetector.load(Heads64.folder(), HEADS.device())) {
            List<List<LandmarkDetector.Point>> points = detector.detect(HEADS.heads());
            assertThat(points).hasSize(8).allSatisfy(p -> assertThat(p).hasSize(68));
            for (int head = 0; head < 8; head++) {
                for (int k = 0; k < 68; k++) {
                    LandmarkDetector.Point p = points.get(head).get(k);
                    assertThat(Math.abs(p.x() - expected[136 * head + 2 * k])).isLessThan(0.01f);
                    assertThat(Math.abs(p.y() - expected[136 * head + 2 * k + 1]))
                            .isLessThan(0.01f);
                }
            }
        }
    }

    @Test
    void styleCodesOfSwaps() {
        HostArray heads = HEADS.expected("heads");
        HostArray ids = HEADS.run(rows(heads, 0), HEADS.model().identity().network()::apply);
        HostArray attributes =
                HEADS.run(rows(heads, 4), HEADS.model().attributes().network()::apply);
        within(CODES, HEADS.model().mapper().map(ids, attributes), "swap_w");
    }

    @Test
    void swaps() {
        within(IMAGES, synthesised("swap_w", Noise.none()), "swap_images");
    }

    /** From pictures of 8 bits a channel; the reference began with floats. */
    @Test
    void swapsOfPictures() {
        List<Image> heads = HEADS.heads();
        List<Image> swapped = HEADS.model().swap(heads.subList(0, 4), heads.subList(4, 8));
        assertThat(Heads64.relativeL2(Image.stack(swapped), HEADS.expected("swap_images")))
                .isLessThan(0.02);
    }

    @Test
    void latentDiscriminator() throws IOException {
        try (Weights weights = Heads64.folder().weights(ModelNetwork.LATENT_DISCRIMINATOR)) {
            WeightBinder binder = WeightBinder.of(weights, "latent discriminator");
            try (LatentMlp network =
                    LatentMlp.load("D", List.of(512, 256, 128, 64, 1), 0.2f, source(binder), HEADS.device(), false)) {
                binder.finish();
                within(CODES, HEADS.run(HEADS.expected("swap_w"), network::apply), "w_disc_logits");
            }
        }
    }

    @Test
    void seedsGiveWhatOurOwnGeneratorGives() {
        Generator g = HEADS.model().generator();
        HostArray z = g.z(0, 12345);
        List<Image> both = g.generate(z, Truncation.of(0.7f), Noise.constant());
        assertThat(both).hasSize(2).doesNotHaveDuplicates();
        assertThat(g.generate(z, Truncation.of(0), Noise.constant()).get(0)).isNotEqualTo(both.get(0));
    }

    private static ParameterSource source(WeightBinder binder) {
        return new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                return binder.take(name, shape);
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                return binder.takeIfPresent(name, shape);
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                return binder.shapeOf(name);
            }
        };
    }

    private HostArray synthesised(String codes, Noise noise) {
        return HEADS.run(
                HEADS.expected(codes), w -> generator.synthesise(generator.broadcast(w, Truncation.none()), noise));
    }

    /** Four heads from this one on. */
    private static HostArray rows(HostArray heads, int from) {
        int size = heads.data().length / 8;
        return new HostArray(
                heads.shape().with(0, 4), Arrays.copyOfRange(heads.data(), from * size, (from + 4) * size));
    }

    private static void within(double tolerance, HostArray actual, String name) {
        assertThat(Heads64.relativeL2(actual, HEADS.expected(name))).as(name).isLessThanOrEqualTo(tolerance);
    }

    private static int worstLevel(Image a, Image b) {
        byte[] x = a.toBytes();
        byte[] y = b.toBytes();
        int worst = 0;
        for (int i = 0; i < x.length; i++) {
            worst = Math.max(worst, Math.abs((x[i] & 0xff) - (y[i] & 0xff)));
        }
        return worst;
    }
}
