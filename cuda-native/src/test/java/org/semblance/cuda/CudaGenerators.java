package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/** Generators on the first GPU, and that nothing of them is left; without one the test is skipped. */
final class CudaGenerators implements BeforeEachCallback, AfterEachCallback {
    static final GeneratorConfig SMALL = GeneratorConfig.standard(64, 8192, 256);
    static final GeneratorConfig LARGE = GeneratorConfig.standard(256, 16384, 512);
    /** Its last layers have 64 and 32 channels. */
    static final GeneratorConfig NARROW = GeneratorConfig.standard(512, 16384, 128);

    private @Nullable Device device;
    private long before;

    @Override
    public void beforeEach(ExtensionContext context) {
        device = GpuTest.assumed();
        before = liveBytes();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (device != null) {
            assertThat(liveBytes()).isEqualTo(before);
        }
    }

    Device device() {
        return Objects.requireNonNull(device);
    }

    long liveBytes() {
        return device().backend().counters().liveBytes();
    }

    StyleGan2Generator of(GeneratorConfig config) {
        return of(config, new RandomSource(7));
    }

    StyleGan2Generator of(GeneratorConfig config, RandomSource source) {
        return StyleGan2Generator.load(config, source, device(), false);
    }

    /** One of those above, by its pixels per side. */
    static GeneratorConfig config(int resolution) {
        return resolution == 64 ? SMALL : resolution == 256 ? LARGE : NARROW;
    }

    static HostArray codes(GeneratorConfig config, int n) {
        return Networks.normal(n, n, config.numWs(), config.wDim());
    }

    /** Relative, in L2. */
    static double distance(HostArray actual, HostArray expected) {
        return Networks.relativeL2(actual, expected);
    }
}
