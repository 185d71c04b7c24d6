package org.semblance.weights.files;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damage to the bytes of a file, the same for the same seed. */
final class Mutation {
    private static final long[] SIZES = {
        0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 20, Integer.MAX_VALUE, 0xffffffffL, -1
    };

    private final SplittableRandom random;

    private Mutation(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A damaged copy. */
    static byte[] of(byte[] bytes, long seed) {
        Mutation m = new Mutation(seed);
        byte[] now = bytes.clone();
        int count = 1 + m.random.nextInt(4);
        for (int i = 0; i < count && now.length > 8; i++) {
            now = m.once(now);
        }
        return now;
    }

    /** Descriptions are near the two ends of files, so half of the damage goes there. */
    private int place(byte[] bytes) {
        int span = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 1 + random.nextInt(4096));
        int at = random.nextInt(span);
        return random.nextBoolean() ? at : bytes.length - 1 - at;
    }

    private byte[] once(byte[] bytes) {
        int at = place(bytes);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> number(bytes, at, 4);
            case 3 -> number(bytes, at, 8);
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 5 -> {
                return without(bytes, at, 1 + random.nextInt(16));
            }
            case 6 -> {
                int length = Math.min(1 + random.nextInt(64), bytes.length - at);
                System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
            }
            default -> {
                return repeated(bytes, at, 1 + random.nextInt(64));
            }
        }
        return bytes;
    }

    private void number(byte[] bytes, int at, int size) {
        long value = SIZES[random.nextInt(SIZES.length)] + random.nextInt(3) - 1;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> 8 * i);
        }
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        int end = Math.min(bytes.length, at + count);
        byte[] rest = new byte[bytes.length - (end - at)];
        System.arraycopy(bytes, 0, rest, 0, at);
        System.arraycopy(bytes, end, rest, at, bytes.length - end);
        return rest;
    }

    private static byte[] repeated(byte[] bytes, int at, int count) {
        int length = Math.min(count, bytes.length - at);
        byte[] more = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, more, 0, at + length);
        System.arraycopy(bytes, at, more, at + length, bytes.length - at);
        return more;
    }
}
