package org.semblance.networks.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Small generators with random weights; agreement with the original is the business of the oracle. */
@ExtendWith(NoLeaks.class)
class StyleGan2GeneratorTest {
    private static final int ROWS = 6;

    private final Device device = TestDevice.get();
    private final HostArray z = Networks.normal(1, 3, 8);
    private final HostArray w = Networks.normal(2, 3, 10);
    private final HostArray ws = Networks.normal(3, 3, ROWS, 10);

    @ParameterizedTest
    @EnumSource
    void freezingChangesNothing(Architecture architecture) {
        HostArray frozen = with(config(architecture), false, g -> picture(g, ws, Noise.constant()));
        assertThat(frozen.shape()).isEqualTo(Shape.of(3, 3, 16, 16));
        HostArray trainable = with(config(architecture), true, g -> picture(g, ws, Noise.constant()));
        assertThat(Networks.relativeL2(frozen, trainable)).isLessThan(2e-6);
    }

    @Test
    void onlyTrainableOnesTrain() {
        try (StyleGan2Generator frozen = generator(config(Architecture.SKIP), false);
                StyleGan2Generator trainable = generator(config(Architecture.SKIP), true)) {
            assertThat(frozen.parameters().trained()).isEmpty();
            assertThat(trainable.parameters().trained()).isNotEmpty();
            assertThat(trainable.weights().keySet()).isEqualTo(frozen.weights().keySet());
            assertThat(trainable.weights().keySet())
                    .contains("mapping.fc1.weight", "mapping.w_avg", "synthesis.b4.const", "synthesis.b16.torgb.bias")
                    .contains("synthesis.b8.conv0.noise_strength", "synthesis.b8.conv0.noise_const");
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsInStyleCodes(Architecture architecture) {
        HostArray seed = Networks.normal(4, 3, 3, 16, 16);
        HostArray direction = Networks.normal(5, 3, ROWS, 10);
        try (StyleGan2Generator g = generator(config(architecture), false)) {
            UnaryOperator<Tensor> synthesis = rows -> g.synthesise(rows, Noise.constant());
            HostArray gradient = Networks.gradient(device, ws, seed, synthesis);
            double off =
                    Networks.deviation(ws, direction, seed, gradient, moved -> Networks.run(device, moved, synthesis));
            assertThat(off).isLessThan(0.01);
        }
        try (StyleGan2Generator g = generator(config(architecture), true)) {
            HostArray trainable = Networks.gradient(device, ws, seed, rows -> g.synthesise(rows, Noise.constant()));
            double off =
                    Networks.deviation(ws, direction, seed, trainable, moved -> picture(g, moved, Noise.constant()));
            assertThat(off).isLessThan(0.01);
        }
    }

    @Test
    void gradientsInRandomCodes() {
        HostArray seed = Networks.normal(4, 3, 3, 16, 16);
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            UnaryOperator<Tensor> whole =
                    x -> g.synthesise(g.broadcast(g.map(x, null), new Truncation(0.7f, 3)), Noise.none());
            double off = Networks.deviation(
                    z,
                    Networks.normal(5, 3, 8),
                    seed,
                    Networks.gradient(device, z, seed, whole),
                    moved -> Networks.run(device, moved, whole));
            assertThat(off).isLessThan(0.01);
        }
    }

    /** One parameter of each kind is moved, and the loss must move as its gradient says. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "synthesis.b4.const",
                "synthesis.b8.conv0.weight",
                "synthesis.b8.conv0.affine.weight",
                "synthesis.b16.conv1.bias",
                "synthesis.b8.conv1.noise_strength",
                "synthesis.b8.torgb.weight",
                "mapping.fc0.weight"
            })
    void gradientsInParameters(String name) {
        RandomSource source = new RandomSource(7);
        HostArray seed = Networks.normal(4, 3, 3, 16, 16);
        HostArray gradient;
        try (StyleGan2Generator g = StyleGan2Generator.load(config(Architecture.SKIP), source, device, true)) {
            gradient = device.call(() -> {
                try (Scope scope = Scope.open("test")) {
                    Tensor y = whole(g, Tensor.of(device, z));
                    Tensor parameter = g.parameters().all().get(name);
                    return Gradients.of(y)
                            .seed(Tensor.of(device, seed))
                            .wrt(parameter)
                            .toHost();
                }
            });
        }
        HostArray value = source.take(name, gradient.shape());
        HostArray direction = Networks.normal(5, gradient.shape().dims());
        double off = Networks.deviation(value, direction, seed, gradient, moved -> {
            RandomSource changed = new RandomSource(7, Map.of(name, moved));
            try (StyleGan2Generator g = StyleGan2Generator.load(config(Architecture.SKIP), changed, device, false)) {
                return Networks.run(device, z, x -> whole(g, x));
            }
        });
        assertThat(off).isLessThan(0.02);
    }

    private static Tensor whole(StyleGan2Generator g, Tensor z) {
        return g.synthesise(g.broadcast(g.map(z, null), Truncation.none()), Noise.constant());
    }

    @Test
    void truncationDrawsLeadingRowsToTheMean() {
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            float[] mean = g.weights().get("mapping.w_avg").data();
            HostArray plain = Networks.run(device, w, x -> g.broadcast(x, Truncation.none()));
            assertThat(plain.shape()).isEqualTo(Shape.of(3, ROWS, 10));
            for (int cutoff : new int[] {0, 1, 4, ROWS, 99}) {
                HostArray cut = Networks.run(device, w, x -> g.broadcast(x, new Truncation(0.3f, cutoff)));
                for (int i = 0; i < cut.data().length; i++) {
                    float from = plain.data()[i];
                    float to = i / 10 % ROWS < cutoff ? mean[i % 10] + 0.3f * (from - mean[i % 10]) : from;
                    assertThat(Math.abs(cut.data()[i] - to)).isLessThan(1e-6f);
                }
            }
        }
    }

    @Test
    void truncationToNothingGivesTheMean() {
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            float[] mean = g.weights().get("mapping.w_avg").data();
            HostArray all = Networks.run(device, w, x -> g.broadcast(x, Truncation.of(0)));
            for (int i = 0; i < all.data().length; i++) {
                assertThat(all.data()[i]).isEqualTo(mean[i % 10]);
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Truncation.of(Float.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Truncation(1, -1));
    }

    @Test
    void noiseComesFromItsSeed() {
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            HostArray first = picture(g, ws, Noise.random(5));
            assertThat(picture(g, ws, Noise.random(5)).data()).isEqualTo(first.data());
            assertThat(picture(g, ws, Noise.random(6)).data()).isNotEqualTo(first.data());
            assertThat(picture(g, ws, Noise.constant()).data()).isNotEqualTo(first.data());
            assertThat(picture(g, ws, Noise.none()).data()).isNotEqualTo(first.data());
        }
    }

    /** Samples have maps of their own, whatever batch they come in. */
    @Test
    void noiseIsDrawnForEverySample() {
        HostArray same = new HostArray(ws.shape(), ws.data().clone());
        System.arraycopy(ws.data(), 0, same.data(), ROWS * 10, ROWS * 10);
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            HostArray pictures = picture(g, same, Noise.random(5));
            assertThat(Networks.row(pictures, 1).data())
                    .isNotEqualTo(Networks.row(pictures, 0).data());
            HostArray alone = picture(g, Networks.row(same, 1), Noise.random(5).from(1));
            assertThat(Networks.relativeL2(alone, Networks.row(pictures, 1))).isLessThan(1e-5);
        }
    }

    @Test
    void storedNoiseIsTheSameForEverySample() {
        HostArray same = new HostArray(ws.shape(), ws.data().clone());
        System.arraycopy(ws.data(), 0, same.data(), ROWS * 10, ROWS * 10);
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            HostArray pictures = picture(g, same, Noise.constant());
            assertThat(Networks.row(pictures, 1).data())
                    .isEqualTo(Networks.row(pictures, 0).data());
        }
    }

    /** What each row reaches. Of b4: row 0, RGB 1; of b8: rows 1 and 2, RGB 3; of b16: rows 3 and 4, RGB 5. */
    @Test
    void rowsDriveTheirOwnLayers() {
        Map<String, Integer> lastRow = Map.of("b4.x", 0, "b4.img", 1, "b8.x", 2, "b8.img", 3, "b16.x", 4, "b16.img", 5);
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            Map<String, HostArray> before = stages(g, ws);
            assertThat(before).containsOnlyKeys(lastRow.keySet());
            for (int row = 0; row < ROWS; row++) {
                HostArray changed = new HostArray(ws.shape(), ws.data().clone());
                changed.data()[row * 10] += 1;
                Map<String, HostArray> after = stages(g, changed);
                for (String stage : lastRow.keySet()) {
                    assertThat(!sameSample(before, after, stage, 0))
                            .as(stage + " and row " + row)
                            .isEqualTo(row <= lastRow.get(stage));
                    assertThat(sameSample(before, after, stage, 1)).isTrue();
                }
            }
        }
    }

    private static boolean sameSample(Map<String, HostArray> a, Map<String, HostArray> b, String stage, int sample) {
        return Arrays.equals(
                Networks.row(a.get(stage), sample).data(),
                Networks.row(b.get(stage), sample).data());
    }

    private Map<String, HostArray> stages(StyleGan2Generator g, HostArray codes) {
        Map<String, HostArray> seen = new LinkedHashMap<>();
        Networks.run(
                device,
                codes,
                rows -> g.synthesise(rows, Noise.none(), (stage, value) -> seen.put(stage, value.toHost())));
        return seen;
    }

    @Test
    void labelsMatter() {
        GeneratorConfig config = new GeneratorConfig(
                8, 4, 10, 3, 2, 0.01, Channels.of(80, 6, 16), Architecture.SKIP, Activation.NO_CLAMP);
        HostArray a = HostArray.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}, 3, 4);
        HostArray b = HostArray.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, 3, 4);
        try (StyleGan2Generator g = generator(config, false)) {
            HostArray first = Networks.run(device, z, x -> g.map(x, Tensor.of(device, a)));
            HostArray second = Networks.run(device, z, x -> g.map(x, Tensor.of(device, b)));
            assertThat(Networks.row(second, 0).data())
                    .isEqualTo(Networks.row(first, 0).data());
            assertThat(Networks.row(second, 2).data())
                    .isNotEqualTo(Networks.row(first, 2).data());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Networks.run(device, z, x -> g.map(x, null)))
                    .withMessage("mapping: label must be [N, 4], got none");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Networks.run(device, z, x -> g.map(x, Tensor.of(device, z))))
                    .withMessage("mapping: label must be [N, 4], got [3, 8]");
        }
    }

    @Test
    void clampBoundsThePicture() {
        GeneratorConfig tight =
                new GeneratorConfig(8, 0, 10, 3, 2, 0.01, Channels.of(80, 6, 16), Architecture.ORIG, 0.5f);
        HostArray bounded = with(tight, false, g -> picture(g, ws, Noise.none()));
        for (float value : bounded.data()) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo(0.5f);
        }
        assertThat(bounded.data()).contains(0.5f);
    }

    @Test
    void inputsOfAnotherShapeAreRefused() {
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Networks.run(device, w, x -> g.map(x, null)))
                    .withMessage("mapping: z must be [N, 8], got [3, 10]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Networks.run(device, z, x -> g.broadcast(x, Truncation.none())))
                    .withMessage("generator: w must be [N, 10], got [3, 8]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> picture(g, w, Noise.none()))
                    .withMessage("synthesis: ws must be [N, 6, 10], got [3, 10]");
        }
    }

    @Test
    void configurationsThatMakeNoSenseAreRefused() {
        for (int resolution : new int[] {0, 2, 12, 48}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Channels.of(80, 6, resolution))
                    .withMessage("channels: resolution must be a power of two from 4 to 16384, got " + resolution);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Channels.of(16, 6, 32))
                .withMessageContaining("[4, 2, 1, 0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.of("styleganxl"))
                .withMessage("architecture: expected orig, skip or resnet, got 'styleganxl'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GeneratorConfig(
                        0, 0, 1, 3, 1, 1, Channels.of(80, 6, 16), Architecture.SKIP, Activation.NO_CLAMP))
                .withMessageContaining("zDim 0");
        assertThat(GeneratorConfig.standard(256, 16384, 512).numWs()).isEqualTo(14);
    }

    @Test
    void aCallWithoutAScopeIsRefused() {
        try (StyleGan2Generator g = generator(config(Architecture.SKIP), false);
                Scope scope = Scope.open("test")) {
            Tensor codes = Tensor.of(device, w);
            assertThatIllegalStateException()
                    .isThrownBy(() -> device.run(() -> g.broadcast(codes, Truncation.none())))
                    .withMessageContaining("no scope open on thread");
        }
    }

    @Test
    void closedOnesRefuseToWork() {
        StyleGan2Generator g = generator(config(Architecture.SKIP), false);
        g.close();
        g.close();
        for (UnaryOperator<Tensor> use : List.<UnaryOperator<Tensor>>of(
                x -> g.map(x, null),
                x -> g.broadcast(x, Truncation.none()),
                x -> g.synthesise(x, Noise.none()),
                x -> g.wAvg())) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Networks.run(device, z, use))
                    .withMessage("generator: it was used after it was closed");
        }
    }

    private static GeneratorConfig config(Architecture architecture) {
        return new GeneratorConfig(8, 0, 10, 3, 2, 0.01, Channels.of(80, 6, 16), architecture, Activation.NO_CLAMP);
    }

    private StyleGan2Generator generator(GeneratorConfig config, boolean trainable) {
        return StyleGan2Generator.load(config, new RandomSource(7), device, trainable);
    }

    private HostArray with(GeneratorConfig config, boolean trainable, Function<StyleGan2Generator, HostArray> use) {
        try (StyleGan2Generator g = generator(config, trainable)) {
            return use.apply(g);
        }
    }

    private HostArray picture(StyleGan2Generator g, HostArray codes, Noise noise) {
        return Networks.run(device, codes, rows -> g.synthesise(rows, noise));
    }
}
