package org.semblance.metrics;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;

/**
 * Similarities of all pairs of pictures of different people, and the threshold that they set. Pairs share pictures, so
 * the interval of a threshold resamples the people: a pair counts as often as the product of its people's draws.
 */
public final class Impostors {
    /** Most pictures of which all pairs are taken; of more, the first of each person, then the first of the others. */
    public static final int MOST = 4096;

    private final double[] similarities;
    private final int[] left;
    private final int[] right;
    private final int people;

    private Impostors(double[] similarities, int[] left, int[] right, int people) {
        this.similarities = similarities;
        this.left = left;
        this.right = right;
        this.people = people;
    }

    /**
     * A threshold on similarities.
     *
     * @param far share of impostors that it accepts
     * @param value the threshold with its interval
     * @param pairs impostor pairs it was estimated from
     * @param people people in them
     */
    public record Threshold(double far, Interval value, long pairs, int people) {}

    /**
     * All pairs of rows with different people.
     *
     * @param embeddings {@code [N, D]}
     * @param persons who each row shows
     * @throws IllegalArgumentException if there is no such pair
     */
    public static Impostors of(HostArray embeddings, int[] persons) {
        requireRows(embeddings, persons);
        BitSet rows = firsts(persons);
        int count = rows.cardinality();
        for (int i = rows.nextClearBit(0); i < persons.length && count < MOST; i = rows.nextClearBit(i)) {
            rows.set(i);
            count++;
        }
        return of(embeddings, persons, rows.stream().toArray());
    }

    /**
     * All pairs of people by the first row of each, so that rows which repeat a picture do not count as more evidence.
     *
     * @param embeddings {@code [N, D]}
     * @param persons who each row shows
     * @throws IllegalArgumentException if there is one person only
     */
    public static Impostors ofPeople(HostArray embeddings, int[] persons) {
        requireRows(embeddings, persons);
        return of(embeddings, persons, firsts(persons).stream().toArray());
    }

    private static void requireRows(HostArray embeddings, int[] persons) {
        Statistics.requireRows("impostors", embeddings);
        if (persons.length != embeddings.shape().dim(0)) {
            throw new IllegalArgumentException(
                    "impostors: persons must be one per row, got " + persons.length + " for " + embeddings.shape());
        }
    }

    /** The first row of each person, of at most as many people as rows are taken. */
    private static BitSet firsts(int[] persons) {
        BitSet rows = new BitSet(persons.length);
        Set<Integer> known = new HashSet<>();
        for (int i = 0; i < persons.length && known.size() < MOST; i++) {
            rows.set(i, known.add(persons[i]));
        }
        return rows;
    }

    private static Impostors of(HostArray embeddings, int[] persons, int[] rows) {
        int[] dense = dense(persons, rows);
        int pairs = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                pairs += dense[i] != dense[j] ? 1 : 0;
            }
        }
        if (pairs == 0) {
            throw new IllegalArgumentException("impostors: pictures of at least two people are needed, got one");
        }
        int people = Arrays.stream(dense).max().orElseThrow() + 1;
        Impostors all = new Impostors(new double[pairs], new int[pairs], new int[pairs], people);
        all.fill(Embeddings.unit(embeddings), embeddings.shape().dim(1), rows, dense);
        return all;
    }

    private static int[] dense(int[] persons, int[] rows) {
        int[] known =
                Arrays.stream(rows).map(row -> persons[row]).distinct().sorted().toArray();
        return Arrays.stream(rows)
                .map(row -> Arrays.binarySearch(known, persons[row]))
                .toArray();
    }

    private void fill(float[] unit, int width, int[] rows, int[] persons) {
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                if (persons[i] != persons[j]) {
                    similarities[at] = Embeddings.dot(unit, rows[i], unit, rows[j], width);
                    left[at] = persons[i];
                    right[at++] = persons[j];
                }
            }
        }
    }

    /** The cosines, in no order. */
    public double[] similarities() {
        return similarities.clone();
    }

    /** Number of pairs. */
    public long pairs() {
        return similarities.length;
    }

    /**
     * The threshold that accepts this share of the pairs.
     *
     * @param far in (0, 1)
     */
    public Threshold threshold(double far, int resamples, long seed) {
        double[] sorted = similarities.clone();
        Arrays.sort(sorted);
        double value = Statistics.quantileOfSorted(sorted, 1 - far);
        double floor = Statistics.quantileOfSorted(sorted, Math.max(0, 1 - 10 * far));
        int[] top = IntStream.range(0, similarities.length)
                .filter(i -> similarities[i] >= floor)
                .boxed()
                .sorted((a, b) -> Double.compare(similarities[b], similarities[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[resamples];
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < resamples; r++) {
            values[r] = resampled(top, far, random);
        }
        double[] found =
                Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        Interval interval = found.length < resamples / 2
                ? Interval.of(value)
                : new Interval(
                        value, Statistics.quantileOfSorted(found, 0.025), Statistics.quantileOfSorted(found, 0.975));
        return new Threshold(far, interval, pairs(), people);
    }

    private double resampled(int[] top, double far, SplittableRandom random) {
        int[] times = new int[people];
        for (int k = 0; k < people; k++) {
            times[random.nextInt(people)]++;
        }
        double all = (double) people * people
                - Arrays.stream(times).mapToDouble(t -> (double) t * t).sum();
        double left = far * all / 2 * similarities.length / (people * (people - 1) / 2.0);
        for (int pair : top) {
            left -= (double) times[this.left[pair]] * times[right[pair]];
            if (left <= 0) {
                return similarities[pair];
            }
        }
        return Double.NaN;
    }
}
