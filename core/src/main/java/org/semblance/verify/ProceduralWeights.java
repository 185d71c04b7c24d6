package org.semblance.verify;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.json.Json;
import org.semblance.weights.Weights;

/**
 * Weights that a case states by a rule instead of values: {@code offset + scale (2 u - 1)} with u from splitmix64,
 * seeded by the case and the name's FNV-1a hash. Two values and the sum of each tensor are checked.
 */
final class ProceduralWeights {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private ProceduralWeights() {}

    static Weights of(Json rule, String source) {
        Map<String, HostArray> arrays = new LinkedHashMap<>();
        long seed = rule.get("seed").asLong();
        for (Json row : rule.get("tensors").elements()) {
            arrays.put(row.at(0).asString(), tensor(seed, row));
        }
        return Weights.of(source, arrays);
    }

    private static HostArray tensor(long seed, Json row) {
        Shape shape = Shape.of(row.at(1).asInts());
        double scale = row.at(2).asDouble();
        double offset = row.at(3).asDouble();
        long state = seed ^ hash(row.at(0).asString());
        float[] values = new float[shape.intCount()];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double u = (mixed(state + (i + 1) * STEP) >>> 40) * 0x1p-24;
            values[i] = (float) (offset + scale * (2 * u - 1));
            sum += values[i];
        }
        check(row, values, sum);
        return new HostArray(shape, values);
    }

    private static void check(Json row, float[] values, double sum) {
        double[] first = row.at(4).asDoubles();
        for (int i = 0; i < Math.min(first.length, values.length); i++) {
            if (values[i] != (float) first[i]) {
                throw row.wrong("the value " + first[i] + " at " + i, Float.toString(values[i]));
            }
        }
        double stated = row.at(5).asDouble();
        if (!(Math.abs(sum - stated) <= 1e-6 * Math.max(1, values.length))) {
            throw row.wrong("the sum " + stated, Double.toString(sum));
        }
    }

    private static long hash(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long mixed(long state) {
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
