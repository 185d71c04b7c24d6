package org.semblance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;

/**
 * The leak matrix of a code in two blocks [identity | attributes]: what linear probes read of each factor in either
 * block and in the style code.
 *
 * @param identity code of pictures, {@code [N, D]}
 * @param attributes code of the same pictures
 * @param heads factors of the same pictures in the layout's columns
 * @param style style codes of the outputs
 * @param identities factors of the identity pictures of the outputs
 * @param others factors of the attribute pictures of the outputs
 * @param persons who is in each of the pictures; nobody is in what probes are fitted on and in what they read
 */
record BlockProbes(
        HostArray identity,
        HostArray attributes,
        HostArray heads,
        HostArray style,
        HostArray identities,
        HostArray others,
        int[] persons) {
    private static final int BINS = 10;

    List<ProbeScore> scores(FactorLayout layout, long seed) {
        RidgeProbe id = new RidgeProbe(identity, persons, seed);
        RidgeProbe attr = new RidgeProbe(attributes, persons, seed);
        RidgeProbe w = new RidgeProbe(style, persons, seed);
        List<ProbeScore> scores = new ArrayList<>();
        for (Factor factor : layout.factors()) {
            scores.add(
                    factor.kind() == Factor.Kind.CATEGORICAL
                            ? category(factor, id, attr, w)
                            : number(factor, id, attr, w));
        }
        return scores;
    }

    private HostArray followed(Factor factor) {
        return factor.ofIdentity() ? identities : others;
    }

    private ProbeScore number(Factor factor, RidgeProbe id, RidgeProbe attr, RidgeProbe w) {
        double gap = 0;
        for (int k = 0; k < factor.width(); k++) {
            double[] target = Statistics.column(heads, factor.column() + k);
            double difference = told(target, id) - told(target, attr);
            gap += (factor.ofIdentity() ? difference : -difference) / factor.width();
        }
        return new ProbeScore(
                factor, mean(factor, heads, id), mean(factor, heads, attr), mean(factor, followed(factor), w), 0, gap);
    }

    /** Of a circular factor, the mean over both columns. */
    private static double mean(Factor factor, HostArray truth, RidgeProbe probe) {
        double sum = 0;
        for (int k = 0; k < factor.width(); k++) {
            sum += probe.determination(Statistics.column(truth, factor.column() + k));
        }
        return sum / factor.width();
    }

    /** Mutual information of target and reading as a share of the target's entropy. */
    private static double told(double[] target, RidgeProbe probe) {
        double[] held =
                Arrays.stream(probe.heldOut()).mapToDouble(i -> target[i]).toArray();
        return Dependence.mutualInformation(held, probe.read(target), BINS) / Dependence.entropy(held, BINS);
    }

    private ProbeScore category(Factor factor, RidgeProbe id, RidgeProbe attr, RidgeProbe w) {
        int[] classes = FactorLayout.classes(factor, heads);
        int count = factor.width();
        return new ProbeScore(
                factor,
                id.accuracy(classes, count),
                attr.accuracy(classes, count),
                w.accuracy(FactorLayout.classes(factor, followed(factor)), count),
                FactorReadings.mostFrequent(classes, count),
                Double.NaN);
    }
}
