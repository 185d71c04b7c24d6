package org.semblance.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;

/** Runs the benchmarks' work and counts what the backend does for it once caches are warm. */
public final class CountedWork {
    private static final int WARM_UP = 3;

    private final String device;
    private final Map<String, Counts> counts = new LinkedHashMap<>();

    private CountedWork(String device) {
        this.device = device;
    }

    /** Exact counts of one run. */
    public record Counts(long allocations, long nativeCalls, long primitivesCreated, long peakBytes, long leftBytes) {}

    static Map<String, Counts> all() throws IOException {
        CountedWork work = new CountedWork("cpu");
        work.operations();
        work.generator();
        work.swap();
        return work.counts;
    }

    /** The operations on a device, and further work there. */
    public static Map<String, Counts> on(String device, Map<String, Runnable> further) {
        CountedWork work = new CountedWork(device);
        work.operations();
        further.forEach(work::count);
        return work.counts;
    }

    private void operations() {
        convolution();
        Upfirdn2dBenchmark resampling = new Upfirdn2dBenchmark();
        resampling.device = device;
        resampling.shape = "1x64x32";
        resampling.setUp();
        count("upfirdn2d filter", resampling::filter);
        count("upfirdn2d upsample", resampling::upsample);
        count("upfirdn2d downsample", resampling::downsample);
        count("upfirdn2d upsample with gradient", resampling::upsampleWithGradient);
        resampling.tearDown();
        biasAct();
        modulated(1);
        modulated(2);
    }

    private void convolution() {
        Conv2dBenchmark conv = new Conv2dBenchmark();
        conv.device = device;
        conv.shape = "1x64x32";
        conv.setUp();
        count("conv2d forward", conv::forward);
        count("conv2d data gradient", conv::dataGradient);
        count("conv2d weight gradient", conv::weightGradient);
        conv.tearDown();
    }

    private void biasAct() {
        BiasActBenchmark act = new BiasActBenchmark();
        act.device = device;
        act.shape = "1x64x32";
        act.kind = org.semblance.backend.Activation.Kind.LRELU;
        act.setUp();
        count("bias_act forward", act::forward);
        count("bias_act forward with gradients", act::forwardWithGradients);
        act.tearDown();
    }

    private void modulated(int up) {
        ModulatedConv2dBenchmark layer = new ModulatedConv2dBenchmark();
        layer.device = device;
        layer.shape = "2x64x16";
        layer.up = up;
        layer.setUp();
        count("modulated layer up " + up + " forward", layer::forward);
        count("modulated layer up " + up + " forward with gradients", layer::forwardWithGradients);
        layer.tearDown();
    }

    private void generator() {
        for (int batch : new int[] {1, 8}) {
            try (GeneratorWork work = new GeneratorWork(GeneratorPreset.HEADS64, batch)) {
                count("generator heads64 batch " + batch + " forward", work::forward);
                count("generator heads64 batch " + batch + " forward and backward", work::forwardBackward);
            }
        }
    }

    private void swap() throws IOException {
        try (Disentangler disentangler = Disentangler.load(Disentangler.embeddedModel(), Device.cpu())) {
            var heads = BenchHeads.two(disentangler.resolution());
            count("swap", () -> disentangler.swap(heads.get(0), heads.get(1)));
        }
    }

    private void count(String name, Runnable work) {
        for (int i = 0; i < WARM_UP; i++) {
            work.run();
        }
        var backend = Device.named(device).backend();
        backend.resetPeak();
        Counters before = backend.counters();
        work.run();
        Counters after = backend.counters();
        Counters since = after.since(before);
        counts.put(
                name,
                new Counts(
                        since.allocations(),
                        since.nativeCalls(),
                        since.primitivesCreated(),
                        after.peakBytes() - before.liveBytes(),
                        after.liveBytes() - before.liveBytes()));
    }
}
