package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.LayerTime;
import org.semblance.backend.SynthesisNoise.Kind;

/**
 * The time of each layer of a pass, by events, beside what it must do at least. Passes are queued step by step and not
 * replayed, each behind one that is not measured, so that the host is ahead of the device.
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
     * Medians of so many passes, which it waits for.
     *
     * @param values the call's arguments, see {@link Replays#image}
     */
    List<LayerTime> measure(SynthesisForward forward, Capture capture, Kind noise, long[] values, int passes) {
        Kernels.check("smb_set_call", SynthesisNatives.smb_set_call(capture.stream(), values, forward.call()));
        List<double[]> all = new ArrayList<>();
        for (int i = 0; i < passes; i++) {
            forward.queue(noise);
            try (LayerClock clock = capture.clock()) {
                forward.queue(noise, clock::mark);
                all.add(clock.millis());
            }
        }
        List<LayerTime> times = new ArrayList<>();
        times.add(new LayerTime("styles", "all layers", median(all, 0), 2.0 * n * tables(), Float.BYTES * tables()));
        for (int i = 0; i < weights.layers().size(); i++) {
            times.add(time(i, WAYS.get(forward.ways()[i]), median(all, i + 1), noise));
        }
        return times;
    }

    private static double median(List<double[]> all, int step) {
        double[] sorted =
                all.stream().mapToDouble(millis -> millis[step]).sorted().toArray();
        return sorted[sorted.length / 2];
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
