package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * Sums over axes. The axes are merged in memory order into runs that are kept or summed; each summed run is one pass
 * over {@code [A, R, B] -> [A, B]}. Partial sums are cut by size, not by threads, so results do not depend on the pool.
 */
final class Sums {
    private static final int ROWS = 128;

    private final HostPool pool;

    Sums(HostPool pool) {
        this.pool = pool;
    }

    private record Run(int extent, boolean summed) {}

    void sum(NdArray x, NdArray y) {
        reduce(
                HostMemory.floats(x),
                runs(x, y.shape()),
                HostMemory.floats(y),
                y.shape().intCount());
    }

    /** Sums the innermost summed run, and so on until none is left. */
    private void reduce(FloatBuffer x, List<Run> runs, FloatBuffer y, int count) {
        int at = lastSummed(runs);
        if (at < 0) {
            copy(x, y, count);
            return;
        }
        int a = product(runs, 0, at);
        int r = runs.get(at).extent();
        int b = product(runs, at + 1, runs.size());
        runs.set(at, new Run(1, false));
        if (lastSummed(runs) < 0) {
            pass(x, a, r, b, y);
            return;
        }
        try (Scratch target = Scratch.of(pool, a * b)) {
            pass(x, a, r, b, target.floats());
            reduce(target.floats(), runs, y, count);
        }
    }

    private static List<Run> runs(NdArray x, Shape to) {
        List<Run> runs = new ArrayList<>();
        int rank = x.shape().rank();
        for (int place = 0; place < rank; place++) {
            int axis = x.layout().axisAt(place, rank);
            int extent = x.shape().dim(axis);
            if (extent == 1) {
                continue;
            }
            boolean summed = to.dim(axis) == 1;
            int last = runs.size() - 1;
            if (last >= 0 && runs.get(last).summed() == summed) {
                runs.set(last, new Run(runs.get(last).extent() * extent, summed));
            } else {
                runs.add(new Run(extent, summed));
            }
        }
        return runs;
    }

    private static int lastSummed(List<Run> runs) {
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (runs.get(i).summed()) {
                return i;
            }
        }
        return -1;
    }

    private static int product(List<Run> runs, int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) {
            product = Math.multiplyExact(product, runs.get(i).extent());
        }
        return product;
    }

    private static void copy(FloatBuffer from, FloatBuffer to, int n) {
        to.put(0, from, 0, n);
    }

    private void pass(FloatBuffer x, int a, int r, int b, FloatBuffer y) {
        if (b == 1) {
            rowSums(x, a, r, y);
        } else {
            columnSums(x, a, r, b, y);
        }
    }

    /** {@code [A, R] -> [A]}. */
    private static void rowSums(FloatBuffer x, int a, int r, FloatBuffer y) {
        int chunks = (r + Staging.BLOCK - 1) / Staging.BLOCK;
        double[] partial = new double[Math.multiplyExact(a, chunks)];
        Workers.run(partial.length, (long) a * r, part -> {
            int start = part % chunks * Staging.BLOCK;
            int n = Math.min(Staging.BLOCK, r - start);
            float[] block = Staging.mine().a;
            x.get(part / chunks * r + start, block, 0, n);
            partial[part] = total(block, n);
        });
        for (int i = 0; i < a; i++) {
            double sum = 0;
            for (int k = 0; k < chunks; k++) {
                sum += partial[i * chunks + k];
            }
            y.put(i, (float) sum);
        }
    }

    private static double total(float[] x, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        for (; i < n; i++) {
            s0 += x[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** {@code [A, R, B] -> [A, B]}, in chunks of rows whose sums are then added in order. */
    private void columnSums(FloatBuffer x, int a, int r, int b, FloatBuffer y) {
        int width = Math.min(b, Staging.BLOCK);
        int columns = (b + width - 1) / width;
        int chunks = (r + ROWS - 1) / ROWS;
        try (Scratch partial = Scratch.of(pool, a * chunks * b)) {
            Workers.run(a * chunks * columns, (long) a * r * b, part -> {
                int column = part % columns * width;
                int chunk = part / columns;
                int n = Math.min(width, b - column);
                int first = chunk % chunks * ROWS;
                addRows(
                        x,
                        (chunk / chunks * r + first) * b + column,
                        Math.min(ROWS, r - first),
                        b,
                        n,
                        partial.floats(),
                        chunk * b + column);
            });
            addChunks(partial.floats(), a, chunks, b, y);
        }
    }

    private static void addRows(FloatBuffer x, int at, int rows, int stride, int n, FloatBuffer to, int target) {
        Staging s = Staging.mine();
        Arrays.fill(s.b, 0, n, 0);
        int together = n == stride ? Math.max(1, Staging.BLOCK / n) : 1;
        for (int row = 0; row < rows; row += together) {
            int count = Math.min(together, rows - row);
            x.get(at + row * stride, s.a, 0, count * n);
            for (int k = 0; k < count; k++) {
                add(s.a, k * n, s.b, n);
            }
        }
        to.put(target, s.b, 0, n);
    }

    private static void add(float[] from, int at, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = to[i] + from[at + i];
        }
    }

    private static void addChunks(FloatBuffer partial, int a, int chunks, int b, FloatBuffer y) {
        if (chunks == 1) {
            copy(partial, y, a * b);
            return;
        }
        double[] sum = new double[b];
        float[] row = new float[b];
        for (int i = 0; i < a; i++) {
            Arrays.fill(sum, 0);
            for (int k = 0; k < chunks; k++) {
                partial.get((i * chunks + k) * b, row, 0, b);
                for (int j = 0; j < b; j++) {
                    sum[j] += row[j];
                }
            }
            for (int j = 0; j < b; j++) {
                row[j] = (float) sum[j];
            }
            y.put(i * b, row, 0, b);
        }
    }
}
