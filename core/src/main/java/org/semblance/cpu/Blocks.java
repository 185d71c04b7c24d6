package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Cuts a {@link Walk} into blocks that fit the staging arrays, and moves operands between memory and those arrays. */
final class Blocks {
    private final Walk walk;
    private final int rowsPerBlock;
    private final int lengthPerBlock;
    private final int rowBlocks;
    private final int lengthBlocks;

    /** Computes one staged block. */
    interface Body {
        void run(Block block, Staging staging);
    }

    Blocks(Walk walk) {
        this.walk = walk;
        lengthPerBlock = Math.min(walk.inner(), Staging.BLOCK);
        rowsPerBlock = lengthPerBlock < walk.inner()
                ? 1
                : Math.max(1, Math.min(walk.middle(), Staging.BLOCK / Math.max(1, lengthPerBlock)));
        rowBlocks = ceil(walk.middle(), rowsPerBlock);
        lengthBlocks = ceil(walk.inner(), Math.max(1, lengthPerBlock));
    }

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Runs the body on every block, in parallel where there is enough to do. */
    void run(Body body) {
        if (walk.count() == 0) {
            return;
        }
        int perOuter = rowBlocks * lengthBlocks;
        int total = Math.multiplyExact(walk.outerCount(), perOuter);
        int batch = Math.max(1, (int) (Workers.GRAIN / Staging.BLOCK / 2));
        Workers.run(ceil(total, batch), walk.count(), part -> {
            Staging staging = Staging.mine();
            for (int i = part * batch; i < Math.min(total, (part + 1) * batch); i++) {
                body.run(block(i / perOuter, i % perOuter), staging);
            }
        });
    }

    private Block block(int outer, int inside) {
        int row = inside / lengthBlocks * rowsPerBlock;
        int start = inside % lengthBlocks * lengthPerBlock;
        return new Block(
                outer,
                row,
                Math.min(rowsPerBlock, walk.middle() - row),
                start,
                Math.min(lengthPerBlock, walk.inner() - start));
    }

    /** A few rows, or part of one. */
    final class Block {
        private final int outer;
        private final int row;
        private final int rows;
        private final int start;
        private final int length;

        Block(int outer, int row, int rows, int start, int length) {
            this.outer = outer;
            this.row = row;
            this.rows = rows;
            this.start = start;
            this.length = length;
        }

        /** Number of elements. */
        int size() {
            return rows * length;
        }

        /** Reads an operand into a staging array, repeating it where it broadcasts. */
        void load(int operand, FloatBuffer from, float[] to) {
            long rowStep = walk.middleStride(operand);
            long step = walk.innerStride(operand);
            int base = base(operand);
            if (step == 1 && (rowStep == length || rows == 1)) {
                from.get(base, to, 0, size());
            } else if (rowStep == 0) {
                loadRow(from, base, step, to, 0);
                repeat(to);
            } else {
                for (int r = 0; r < rows; r++) {
                    loadRow(from, base + (int) (r * rowStep), step, to, r * length);
                }
            }
        }

        private void loadRow(FloatBuffer from, int at, long step, float[] to, int offset) {
            if (step == 1) {
                from.get(at, to, offset, length);
            } else if (step == 0) {
                Arrays.fill(to, offset, offset + length, from.get(at));
            } else {
                for (int i = 0; i < length; i++) {
                    to[offset + i] = from.get(at + (int) (i * step));
                }
            }
        }

        private void repeat(float[] row) {
            for (int r = 1; r < rows; r++) {
                System.arraycopy(row, 0, row, r * length, length);
            }
        }

        /** Writes a staging array to operand 0. */
        void store(float[] from, FloatBuffer to) {
            to.put(base(0), from, 0, size());
        }

        private int base(int operand) {
            return (int) (walk.outerOffset(operand, outer)
                    + row * walk.middleStride(operand)
                    + start * walk.innerStride(operand));
        }
    }
}
