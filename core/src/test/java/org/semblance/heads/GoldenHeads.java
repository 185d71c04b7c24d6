package org.semblance.heads;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.semblance.json.Json;

/**
 * Heads drawn by independent programs. {@code golden}: 8 heads at 64 x 64 from the float32 reference, with factors.
 * {@code classes}: 8 heads at 32 x 32 from the float64 numpy renderer, one per hair style, which together show every
 * eye colour, beard and kind of glasses.
 */
record GoldenHeads(Json json, FloatBuffer data, int resolution) {
    static GoldenHeads read(String name, int resolution) {
        try (InputStream json = open(name + ".json");
                InputStream tensors = open(name + ".safetensors")) {
            ByteBuffer bytes = ByteBuffer.wrap(tensors.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(Math.toIntExact(8 + bytes.getLong(0)));
            FloatBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            return new GoldenHeads(Json.parse(json, name), data, resolution);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(GoldenHeads.class.getResourceAsStream(name), name);
    }

    int count() {
        return json.get("identity_seeds").size();
    }

    List<HeadFactors> factors() {
        List<String> identities = json.get("identity_seeds").asStrings();
        List<String> attributes = json.get("attribute_seeds").asStrings();
        return IntStream.range(0, count())
                .mapToObj(i -> HeadFactors.of(Long.parseLong(identities.get(i)), Long.parseLong(attributes.get(i))))
                .toList();
    }

    float[] image(int head) {
        int size = 3 * resolution * resolution;
        return slice(head * size, size);
    }

    float[] landmarks(int head) {
        return slice(count() * 3 * resolution * resolution + head * 136, 136);
    }

    private float[] slice(int from, int length) {
        float[] out = new float[length];
        data.get(from, out);
        return out;
    }

    float[] numbers(String name, int head) {
        double[] row = json.get(name).at(head).asDoubles();
        float[] out = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            out[i] = (float) row[i];
        }
        return out;
    }
}
