package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.backend.LayerTime;
import org.semblance.backend.SynthesisNoise.Kind;

/**
 * The time of each layer of a pass, beside what it must do at least. Beginnings of the pass, to the end of the styles
 * and of each layer, are captured as {@link Replays} captures the whole and replayed in turn; a layer takes what the
 * beginning with it takes longer than the one without it. So nothing stands between layers that is not there when
 * pictures are made, what a kernel does before the one ahead of it ends takes no time, and all layers together take
 * what the pass takes.
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
     * By medians of so many replays of each beginning, which it waits for.
     *
     * @param values the call's arguments, see {@link Replays#image}
     */
    List<LayerTime> measure(SynthesisForward forward, Capture capture, Kind noise, long[] values, int passes) {
        Kernels.check("smb_set_call", SynthesisNatives.smb_set_call(capture.stream(), values, forward.call()));
        capture.rehearse(() -> forward.queue(noise));
        double[] layers = between(medians(forward, capture, noise, passes));
        List<LayerTime> times = new ArrayList<>();
        times.add(new LayerTime("styles", "all layers", layers[0], 2.0 * n * tables(), Float.BYTES * tables()));
        for (int i = 0; i < weights.layers().size(); i++) {
            times.add(time(i, WAYS.get(forward.ways()[i]), layers[i + 1], noise));
        }
        return times;
    }

    /** Milliseconds of the beginnings with no layer, one, and so on to all. */
    private double[] medians(SynthesisForward forward, Capture capture, Kind noise, int passes) {
        List<Graph> beginnings = new ArrayList<>();
        try (Ending ending = () -> Ending.all(capture::await, () -> Ending.each(beginnings, Graph::close))) {
            for (int layers = 0; layers <= weights.layers().size(); layers++) {
                int queued = layers;
                beginnings.add(capture.record(() -> forward.queue(noise, queued), forward.workspaces()));
            }
            beginnings.forEach(capture::replay); // the first replay of each brings it to the device
            return medians(capture, beginnings, passes);
        }
    }

    /* Each behind a whole pass that is not measured, so that the host is ahead of the device. */
    private static double[] medians(Capture capture, List<Graph> beginnings, int passes) {
        Graph whole = beginnings.get(beginnings.size() - 1);
        double[][] millis = new double[beginnings.size()][passes];
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < millis.length; i++) {
                Graph beginning = beginnings.get(i);
                capture.replay(whole);
                millis[i][pass] = capture.millis(() -> capture.replay(beginning));
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
