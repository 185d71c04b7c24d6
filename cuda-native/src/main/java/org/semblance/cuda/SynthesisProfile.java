package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.semblance.backend.LayerTime;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.tensor.Closing;

/**
 * The time of each layer of a pass, beside what it must do at least. Beginnings of the pass, to the end of the styles
 * and of each layer, are replayed in turn as {@link Replays} replays the whole; a layer takes what the beginning with
 * it takes longer than the one without it. So nothing stands between layers that is not there when pictures are made,
 * what a kernel does before the one ahead of it ends takes no time, and all layers together take what the pass takes.
 */
final class SynthesisProfile {
    private static final List<String> WAYS =
            List.of("cuDNN and a pass", "thin", "resident", "streamed", "up in one", "split", "split and a pass");

    private final SynthesisWeights weights;
    private final int n;

    SynthesisProfile(SynthesisWeights weights, int n) {
        this.weights = weights;
        this.n = n;
    }

    /**
     * By medians of so many replays of each beginning, on the calling thread's stream; waits for them.
     *
     * @param values the call's arguments, see {@link Replays#image}
     */
    List<LayerTime> measure(
            Driver driver, SynthesisForward forward, Capture capture, Kind noise, long[] values, int passes) {
        List<Replays> beginnings = new ArrayList<>();
        double[] layers;
        try (Ending ending = () -> Closing.all(driver::awaitAll, () -> Ending.each(beginnings, Replays::close))) {
            for (int end = 0; end <= weights.layers().size(); end++) {
                int queued = end;
                Consumer<Kind> queue = kind -> forward.queue(kind, queued);
                beginnings.add(new Replays(driver, capture, forward.call(), queue, forward.workspaces()));
            }
            List<Runnable> replays = beginnings.stream()
                    .<Runnable>map(r -> () -> r.launch(noise, values))
                    .toList();
            replays.forEach(Runnable::run); // captures each, and brings it to the device
            layers = between(medians(driver.stream(), replays, passes));
        }
        List<LayerTime> times = new ArrayList<>();
        times.add(new LayerTime("styles", "all layers", layers[0], 2.0 * n * tables(), Float.BYTES * tables()));
        for (int i = 0; i < weights.layers().size(); i++) {
            times.add(time(i, WAYS.get(forward.ways()[i]), layers[i + 1], noise));
        }
        return times;
    }

    /** Milliseconds of each, behind the last, which is not measured, so that the host is ahead of the device. */
    private static double[] medians(Stream stream, List<Runnable> replays, int passes) {
        Runnable whole = replays.get(replays.size() - 1);
        double[][] millis = new double[replays.size()][passes];
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < millis.length; i++) {
                whole.run();
                millis[i][pass] = StreamClock.millis(stream, replays.get(i));
            }
        }
        return Arrays.stream(millis).mapToDouble(SynthesisProfile::median).toArray();
    }

    private static double median(double[] millis) {
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    /**
     * What each takes longer than the longest before it: they add up to the longest, and none is negative where two
     * differ by less than they vary.
     */
    static double[] between(double[] beginnings) {
        double[] between = new double[beginnings.length];
        double longest = 0;
        for (int i = 0; i < between.length; i++) {
            between[i] = Math.max(0, beginnings[i] - longest);
            longest = Math.max(longest, beginnings[i]);
        }
        return between;
    }

    /** Numbers in the tables of affine maps and of the weights' energies. */
    private double tables() {
        double maps = (double) weights.styleLength() * weights.spec().wDim();
        return maps
                + weights.layers().stream()
                        .mapToDouble(l -> (double) l.spec().in() * l.spec().out())
                        .sum();
    }

    private LayerTime time(int i, String way, double millis, Kind noise) {
        SynthesisWeights.Layer layer = weights.layers().get(i);
        boolean last = i + 1 == weights.layers().size();
        double taps = 9.0 * layer.spec().in() * layer.spec().out();
        double inputs = SynthesisForward.inputCount(layer, n);
        double pixels = (double) layer.spec().resolution() * layer.spec().resolution();
        double halves = inputs + taps + (last ? 0 : SynthesisForward.outputCount(layer, n));
        double maps = noise == Kind.NONE ? 0 : noise == Kind.CONST ? 1 : n;
        double pictures = layer.enlarges() ? 0 : 3 * n * 1.25;
        String name = (layer.enlarges() ? "up" : "conv") + layer.spec().resolution();
        return new LayerTime(
                name,
                way,
                millis,
                2 * taps * inputs / layer.spec().in(),
                2 * halves + Float.BYTES * pixels * (maps + pictures));
    }
}
