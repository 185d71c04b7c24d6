package org.semblance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.heads.HeadFactors;

/**
 * What a regressor reads in the outputs, and what the two heads of each pair are, all {@code [N, width]} in one layout.
 *
 * @param layout which columns are what
 * @param outputs read in the outputs
 * @param identities of the heads of the identity pictures: the truth, or what is read where nobody knows it
 * @param attributes of the heads of the attribute pictures
 * @param readIdentities read in the identity pictures, or null if {@code identities} are read themselves
 * @param readSwaps read in true swaps, or null where there are none
 */
public record FactorReadings(
        FactorLayout layout,
        HostArray outputs,
        HostArray identities,
        HostArray attributes,
        @Nullable HostArray readIdentities,
        @Nullable HostArray readSwaps) {
    /** R2 from which a factor counts as readable. */
    public static final double READABLE = 0.5;

    /** The score of each factor. */
    public List<FactorScore> scores(Bootstrap bootstrap) {
        List<FactorScore> scores = new ArrayList<>();
        for (Factor factor : layout.factors()) {
            scores.add(
                    factor.kind() == Factor.Kind.CATEGORICAL ? category(factor, bootstrap) : number(factor, bootstrap));
        }
        return scores;
    }

    /** Whether the regressor reads a factor in the identity pictures well enough for it to count. */
    boolean isReadable(Factor factor) {
        double regressor = regressor(factor);
        return Double.isNaN(regressor) || regressor >= least(factor);
    }

    /** The regressor's R2, or share right, on the identity pictures; NaN where nobody knows the truth. */
    private double regressor(Factor factor) {
        if (readIdentities == null) {
            return Double.NaN;
        }
        return factor.kind() == Factor.Kind.CATEGORICAL
                ? share(FactorLayout.classes(factor, readIdentities), FactorLayout.classes(factor, identities))
                : determination(factor, identities, readIdentities);
    }

    private double least(Factor factor) {
        return factor.kind() == Factor.Kind.CATEGORICAL
                ? (1 + mostFrequent(FactorLayout.classes(factor, identities), factor.width())) / 2
                : READABLE;
    }

    /**
     * Agreement of some outputs with the head that a factor should follow: correlation, or the share of equal classes.
     */
    ToDoubleFunction<int[]> agreement(Factor factor) {
        HostArray right = factor.ofIdentity() ? identities : attributes;
        if (factor.kind() != Factor.Kind.CATEGORICAL) {
            double[][] read = columns(factor, outputs);
            double[][] wanted = columns(factor, right);
            return rows -> correlation(read, wanted, rows);
        }
        boolean[] same = equal(FactorLayout.classes(factor, outputs), FactorLayout.classes(factor, right));
        return rows -> (double) Arrays.stream(rows).filter(i -> same[i]).count() / rows.length;
    }

    private FactorScore number(Factor factor, Bootstrap bootstrap) {
        double[][] read = columns(factor, outputs);
        double[][] id = columns(factor, identities);
        double[][] attribute = columns(factor, attributes);
        double[][] right = factor.ofIdentity() ? id : attribute;
        double ceiling = readSwaps == null
                ? Double.NaN
                : correlation(columns(factor, readSwaps), right, Statistics.range(right[0].length));
        return new FactorScore(
                factor,
                regressor(factor),
                isReadable(factor),
                bootstrap.of(rows -> correlation(read, id, rows)),
                bootstrap.of(rows -> correlation(read, attribute, rows)),
                ceiling,
                0,
                Interval.of(Double.NaN),
                Interval.of(Double.NaN));
    }

    private static double[][] columns(Factor factor, HostArray rows) {
        double[][] columns = new double[factor.width()][];
        Arrays.setAll(columns, k -> Statistics.column(rows, factor.column() + k));
        return columns;
    }

    /** Of a circular factor, the mean over both columns. */
    private static double correlation(double[][] a, double[][] b, int[] rows) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += Statistics.correlation(a[k], b[k], rows);
        }
        return sum / a.length;
    }

    private static double determination(Factor factor, HostArray truth, HostArray read) {
        double sum = 0;
        for (int k = 0; k < factor.width(); k++) {
            sum += Statistics.determination(
                    Statistics.column(truth, factor.column() + k), Statistics.column(read, factor.column() + k));
        }
        return sum / factor.width();
    }

    private FactorScore category(Factor factor, Bootstrap bootstrap) {
        int[] read = FactorLayout.classes(factor, outputs);
        int[] id = FactorLayout.classes(factor, identities);
        int[] attribute = FactorLayout.classes(factor, attributes);
        int[] right = factor.ofIdentity() ? id : attribute;
        double chance = mostFrequent(right, factor.width());
        return new FactorScore(
                factor,
                regressor(factor),
                isReadable(factor),
                bootstrap.share(equal(read, id)),
                bootstrap.share(equal(read, attribute)),
                readSwaps == null ? Double.NaN : share(FactorLayout.classes(factor, readSwaps), right),
                chance,
                hasAbsence(factor) ? bootstrap.of(rows -> presence(read, right, rows)) : Interval.of(Double.NaN),
                bootstrap.of(rows -> balanced(read, right, factor.width(), rows)));
    }

    /** Whether class 0 of a factor of synthetic heads says that there is none. */
    private static boolean hasAbsence(Factor factor) {
        return HeadFactors.spec(factor.name()).labels().get(0).equals("none");
    }

    private static double presence(int[] read, int[] right, int[] rows) {
        int shown = 0;
        int found = 0;
        for (int i : rows) {
            shown += right[i] > 0 ? 1 : 0;
            found += right[i] > 0 && read[i] > 0 ? 1 : 0;
        }
        return shown == 0 ? Double.NaN : (double) found / shown;
    }

    private static double balanced(int[] read, int[] right, int classes, int[] rows) {
        int[] all = new int[classes];
        int[] found = new int[classes];
        for (int i : rows) {
            all[right[i]]++;
            found[right[i]] += read[i] == right[i] ? 1 : 0;
        }
        double sum = 0;
        int present = 0;
        for (int c = 0; c < classes; c++) {
            sum += all[c] > 0 ? (double) found[c] / all[c] : 0;
            present += all[c] > 0 ? 1 : 0;
        }
        return sum / present;
    }

    static double mostFrequent(int[] classes, int count) {
        int[] times = new int[count];
        for (int c : classes) {
            times[c]++;
        }
        return (double) Arrays.stream(times).max().orElse(0) / classes.length;
    }

    private static boolean[] equal(int[] a, int[] b) {
        boolean[] equal = new boolean[a.length];
        for (int i = 0; i < a.length; i++) {
            equal[i] = a[i] == b[i];
        }
        return equal;
    }

    private static double share(int[] a, int[] b) {
        int same = 0;
        for (int i = 0; i < a.length; i++) {
            same += a[i] == b[i] ? 1 : 0;
        }
        return (double) same / a.length;
    }
}
