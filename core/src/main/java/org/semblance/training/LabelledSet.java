package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/**
 * A {@link SampleSet} with numbers that are known of every picture, in memory: the rows of one array of the files
 * {@code truth-NNNNN.safetensors} beside {@code images-NNNNN.safetensors}.
 */
public final class LabelledSet {
    private static final long NOISE = 11;

    private final SampleSet set;
    private final String truth;
    private final int width;
    private final byte[][] levels;
    private final float[][] rows;
    private final int chances;

    private LabelledSet(SampleSet set, String truth, byte[][] levels, float[][] rows) {
        this.set = set;
        this.truth = truth;
        this.levels = levels;
        this.rows = rows;
        this.width = rows[0].length;
        this.chances = chances(rows);
    }

    /**
     * Reads a set.
     *
     * @param truth name of the array, {@code [count, width]} in each shard
     * @throws IOException if there is no set, no such array, it does not fit the pictures, or a file is another one
     *     than the index says
     */
    public static LabelledSet read(Path folder, String truth) throws IOException {
        SampleSet set = SampleSet.read(folder);
        int count = Math.toIntExact(set.count());
        Require.that(count >= 2, "labelled set", "of at least 2 samples", count);
        byte[][] levels = new byte[count][];
        float[][] rows = new float[count][];
        int at = 0;
        for (SampleSet.Shard shard : set.shards()) {
            pictures(folder, shard, set.resolution(), levels, at);
            rows(folder, shard, truth, rows, at);
            at += shard.count();
        }
        for (float[] row : rows) {
            Require.that(row.length == rows[0].length, truth, "of " + rows[0].length + " columns", row.length);
        }
        return new LabelledSet(set, truth, levels, rows);
    }

    private static void pictures(Path folder, SampleSet.Shard shard, int resolution, byte[][] levels, int at)
            throws IOException {
        Path file = SampleSet.verified(folder, shard.images(), shard.imagesSha256());
        int size = 3 * resolution * resolution;
        float[] values = array(file, "images", Shape.of(shard.count(), 3, resolution, resolution));
        for (int i = 0; i < shard.count(); i++) {
            levels[at + i] = PixelCache.levels(values, i * size, size);
        }
    }

    private static void rows(Path folder, SampleSet.Shard shard, String truth, float[][] rows, int at)
            throws IOException {
        Path file = shard.truthIn(folder);
        HostArray all;
        try (Weights weights = Safetensors.open(file)) {
            if (!weights.contains(truth)) {
                throw new IOException(
                        "labelled set: " + file + " must have an array " + truth + ", got " + weights.names());
            }
            all = weights.get(truth);
        }
        int[] dims = all.shape().dims();
        if (dims.length != 2 || dims[0] != shard.count()) {
            throw new IOException("labelled set: " + truth + " must be [" + shard.count() + ", columns], got "
                    + all.shape() + " [" + file + "]");
        }
        for (int i = 0; i < shard.count(); i++) {
            rows[at + i] = Arrays.copyOfRange(all.data(), i * dims[1], (i + 1) * dims[1]);
        }
    }

    private static float[] array(Path file, String name, Shape shape) throws IOException {
        try (Weights weights = Safetensors.open(file)) {
            return new HostParameters(file.toString(), Map.of(name, weights.get(name)))
                    .take(name, shape)
                    .data();
        } catch (IllegalArgumentException e) {
            throw new IOException("sample set: " + e.getMessage(), e);
        }
    }

    /** The last columns that hold nothing but 0 and 1. */
    private static int chances(float[][] rows) {
        int width = rows[0].length;
        int first = width;
        while (first > 0 && isChance(rows, first - 1)) {
            first--;
        }
        return width - first;
    }

    private static boolean isChance(float[][] rows, int column) {
        for (float[] row : rows) {
            if (row[column] != 0 && row[column] != 1) {
                return false;
            }
        }
        return true;
    }

    /** Number of pictures. */
    public int count() {
        return levels.length;
    }

    /** Pixels per side. */
    public int resolution() {
        return set.resolution();
    }

    /** Numbers per picture. */
    public int width() {
        return width;
    }

    /** How many of the columns say whether something holds, the last ones: 1 where it does, else 0. */
    public int chances() {
        return chances;
    }

    /** How the set was made, and what is known of it. */
    public String description() {
        return set.description() + ", " + truth;
    }

    /**
     * Mean (row 0) and deviation (row 1) of each column over the first pictures; a constant column has deviation 1, and
     * those of {@link #chances} stay as they are, with mean 0 and deviation 1.
     */
    public float[][] scale(int first) {
        float[][] scale = new float[2][width];
        Arrays.fill(scale[1], 1);
        for (int c = 0; c < width - chances; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < first; i++) {
                sum += rows[i][c];
                squares += (double) rows[i][c] * rows[i][c];
            }
            double mean = sum / first;
            double variance = squares / first - mean * mean;
            scale[0][c] = (float) mean;
            scale[1][c] = variance > 1e-12 ? (float) Math.sqrt(variance) : 1;
        }
        return scale;
    }

    /**
     * Pictures {@code [N, 3, R, R]} in [-1, 1], with uniform noise up to a strength that differs from row to row.
     *
     * @param noise greatest strength, 0 for none
     * @param seed of the noise
     */
    public HostArray pictures(List<Integer> numbers, double noise, long seed) {
        int size = 3 * resolution() * resolution();
        float[] data = new float[numbers.size() * size];
        IntStream.range(0, numbers.size()).parallel().forEach(i -> {
            SplittableRandom random = new SplittableRandom(Numbers.mixed(seed, NOISE, i));
            float strength = (float) (noise * random.nextDouble() / 128);
            picture(levels[numbers.get(i)], strength, random, data, i * size);
        });
        return HostArray.of(data, numbers.size(), 3, resolution(), resolution());
    }

    /** Eight pixels share the bytes of one random number. */
    private static void picture(byte[] from, float strength, SplittableRandom random, float[] to, int at) {
        for (int k = 0; k < from.length; k += Long.BYTES) {
            long bits = strength == 0 ? 0 : random.nextLong();
            for (int j = k; j < Math.min(k + Long.BYTES, from.length); j++) {
                to[at + j] = (from[j] & 0xFF) / 127.5f - 1 + strength * (byte) bits;
                bits >>>= Byte.SIZE;
            }
        }
    }

    /** What is known of pictures, {@code [N, width]}, less the mean and over the deviation of {@link #scale}. */
    public HostArray known(List<Integer> numbers, float[][] scale) {
        float[] data = new float[numbers.size() * width];
        for (int i = 0; i < numbers.size(); i++) {
            for (int c = 0; c < width; c++) {
                data[i * width + c] = (rows[numbers.get(i)][c] - scale[0][c]) / scale[1][c];
            }
        }
        return HostArray.of(data, numbers.size(), width);
    }

    /** Pictures of a step, each once before any comes again. @param among the first so many */
    public static List<Integer> numbers(long seed, long step, int batch, int among) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            numbers.add((int) Numbers.shuffled(seed, step * batch + i, among));
        }
        return numbers;
    }
}
