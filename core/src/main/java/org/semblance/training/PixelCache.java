package org.semblance.training;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/** Pictures as 8-bit levels by number, made when they are first asked for and kept while there is room. */
final class PixelCache {
    private final int resolution;
    private final long capacity;
    private final Map<Long, byte[]> kept = new LinkedHashMap<>();

    /** Makes pictures that are not kept. */
    interface Maker {
        /** Pictures of these numbers as levels, planes of red, green and blue, in order. */
        List<byte[]> make(List<Long> numbers) throws IOException;
    }

    /** @param bytes of memory to use at most */
    PixelCache(int resolution, long bytes) {
        this.resolution = resolution;
        this.capacity = bytes / (3L * resolution * resolution);
    }

    /** Pictures of these numbers, {@code [N, 3, R, R]} in [-1, 1]. */
    HostArray images(List<Long> numbers, Maker maker) throws IOException {
        List<Long> missing =
                numbers.stream().distinct().filter(n -> !kept.containsKey(n)).toList();
        Map<Long, byte[]> made = new LinkedHashMap<>();
        List<byte[]> fresh = missing.isEmpty() ? List.of() : maker.make(missing);
        for (int i = 0; i < missing.size(); i++) {
            made.put(missing.get(i), fresh.get(i));
            if (kept.size() < capacity) {
                kept.put(missing.get(i), fresh.get(i));
            }
        }
        int size = 3 * resolution * resolution;
        float[] data = new float[numbers.size() * size];
        for (int i = 0; i < numbers.size(); i++) {
            byte @Nullable [] known = kept.get(numbers.get(i));
            byte[] levels = known == null ? requireNonNull(made.get(numbers.get(i))) : known;
            for (int k = 0; k < size; k++) {
                data[i * size + k] = (levels[k] & 0xFF) / 127.5f - 1;
            }
        }
        return HostArray.of(data, numbers.size(), 3, resolution, resolution);
    }

    /** Levels of one picture of a batch in [-1, 1]. */
    static byte[] levels(float[] data, int at, int size) {
        byte[] levels = new byte[size];
        for (int i = 0; i < size; i++) {
            levels[i] = (byte) Math.max(0, Math.min(255, (int) Math.floor(data[at + i] * 127.5f + 128f)));
        }
        return levels;
    }

    /** Numbers of items of a shuffled endless sequence. */
    static List<Long> numbers(long seed, long first, int count, long distinct) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Numbers.shuffled(seed, first + i, distinct));
        }
        return numbers;
    }
}
