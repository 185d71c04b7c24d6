package org.semblance.training;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.semblance.array.HostArray;

/**
 * Finds the steps of style codes that lead from the most frequent class of the generator's pictures to the others:
 * along the difference of mean codes, as far as a teacher reads the class most often.
 */
public final class ClassDirections {
    private static final Logger LOG = System.getLogger(ClassDirections.class.getName());

    /** Pictures of a class that a mean code is made of. */
    private static final int LEAST = 64;

    /** In tenths. */
    private static final int SHORTEST = 2;

    /** Farther away heads begin to turn, and what a class is about fades again. */
    private static final int LONGEST = 16;

    private static final double AS_GOOD = 0.02;
    private static final double SURE = 0.25;
    private static final double ALONE = 0.5;

    private final HostArray codes;
    private final HostArray from;
    private final UnaryOperator<HostArray> logits;
    private final int size;

    private ClassDirections(HostArray codes, HostArray from, UnaryOperator<HostArray> logits) {
        this.codes = codes;
        this.from = from;
        this.logits = logits;
        this.size = from.shape().dim(1);
    }

    /**
     * One direction for every class but the most frequent one. Lengths are 0.2, 0.3, ..., 1.6, the shortest within 0.02
     * of the best share of {@code from} that is read as the class; or, where that stays below 0.5, as any class but the
     * most frequent one, since classes that are much alike compete, such as two kinds of glasses. A class of fewer than
     * 64 pictures, or where that stays below 0.25 too, has none, which is logged.
     *
     * @param codes the generator's style codes {@code [N, wDim]}
     * @param from codes that lengths are tried on, {@code [M, wDim]}
     * @param logits style codes to what the teacher reads off their pictures, {@code [., L]}, L at least 2; the class
     *     of a picture is its largest logit
     * @throws IllegalArgumentException if no class has a direction
     */
    public static List<ClassDirection> find(HostArray codes, HostArray from, UnaryOperator<HostArray> logits) {
        return new ClassDirections(codes, from, logits).find();
    }

    private List<ClassDirection> find() {
        HostArray read = logits.apply(codes);
        int[] classes = classes(read);
        int[] counts = new int[read.shape().dim(1)];
        for (int c : classes) {
            counts[c]++;
        }
        int base = largest(counts);
        List<ClassDirection> found = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            if (k == base) {
                continue;
            }
            if (counts[k] < LEAST) {
                refused.add("class " + k + " is read off " + counts[k] + " pictures of " + classes.length
                        + ", fewer than " + LEAST);
                continue;
            }
            ClassDirection best = best(k, base, difference(classes, k, base));
            if (best.changed() < SURE) {
                refused.add(String.format(
                        Locale.ROOT,
                        "class %d is read off a share of %.3f, any but class %d off %.3f",
                        k,
                        best.share(),
                        base,
                        best.changed()));
            } else {
                found.add(best);
            }
        }
        report(base, counts, found, refused);
        return List.copyOf(found);
    }

    private static void report(int base, int[] counts, List<ClassDirection> found, List<String> refused) {
        if (found.isEmpty()) {
            throw new IllegalArgumentException("schedule.classPath: the attribute teacher must read another class than"
                    + " its most frequent one, " + base + ", off the generator's pictures, got " + refused);
        }
        for (ClassDirection d : found) {
            LOG.log(
                    Level.INFO,
                    String.format(
                            Locale.ROOT,
                            "class path: class %d (%d codes of %d, most are of class %d): a step of %.1f, read off"
                                    + " a share of %.3f, any but class %d off %.3f",
                            d.logit(),
                            counts[d.logit()],
                            Arrays.stream(counts).sum(),
                            base,
                            d.length(),
                            d.share(),
                            base,
                            d.changed()));
        }
        refused.forEach(reason -> LOG.log(Level.WARNING, "class path: no direction: " + reason));
    }

    private static int largest(int[] counts) {
        int largest = 0;
        for (int k = 1; k < counts.length; k++) {
            largest = counts[k] > counts[largest] ? k : largest;
        }
        return largest;
    }

    private static int[] classes(HostArray read) {
        int count = read.shape().dim(1);
        int[] classes = new int[read.shape().dim(0)];
        for (int i = 0; i < classes.length; i++) {
            for (int k = 1; k < count; k++) {
                boolean more = read.data()[i * count + k] > read.data()[i * count + classes[i]];
                classes[i] = more ? k : classes[i];
            }
        }
        return classes;
    }

    /** From the mean code of one class to that of another, of length 1. */
    private float[] difference(int[] classes, int to, int from) {
        double[] toMean = meanOf(classes, to);
        double[] fromMean = meanOf(classes, from);
        double squares = 0;
        for (int i = 0; i < size; i++) {
            squares += (toMean[i] - fromMean[i]) * (toMean[i] - fromMean[i]);
        }
        float[] direction = new float[size];
        for (int i = 0; i < size; i++) {
            direction[i] = (float) ((toMean[i] - fromMean[i]) / Math.sqrt(squares));
        }
        return direction;
    }

    private double[] meanOf(int[] classes, int wanted) {
        double[] sum = new double[size];
        int count = 0;
        for (int n = 0; n < classes.length; n++) {
            if (classes[n] == wanted) {
                count++;
                for (int i = 0; i < size; i++) {
                    sum[i] += codes.data()[n * size + i];
                }
            }
        }
        for (int i = 0; i < size; i++) {
            sum[i] /= count;
        }
        return sum;
    }

    private ClassDirection best(int k, int base, float[] direction) {
        double[] shares = new double[LONGEST + 1];
        double[] changed = new double[LONGEST + 1];
        for (int tenths = SHORTEST; tenths <= LONGEST; tenths++) {
            int[] read = classes(logits.apply(moved(direction, tenths / 10f)));
            shares[tenths] = share(read, c -> c == k);
            changed[tenths] = share(read, c -> c != base);
        }
        double[] wanted = most(shares) < ALONE ? changed : shares;
        int first = SHORTEST;
        while (wanted[first] < most(wanted) - AS_GOOD) {
            first++;
        }
        return new ClassDirection(k, HostArray.of(direction, size), first / 10.0, shares[first], changed[first]);
    }

    private static double most(double[] shares) {
        return Arrays.stream(shares).max().orElse(0);
    }

    private static double share(int[] classes, IntPredicate which) {
        return Arrays.stream(classes).filter(which).count() / (double) classes.length;
    }

    private HostArray moved(float[] direction, float step) {
        float[] moved = from.data().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i % size];
        }
        return new HostArray(from.shape(), moved);
    }
}
