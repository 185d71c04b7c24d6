package org.semblance.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.json.JsonTokens;

/** The JSON header of a safetensors file, read as a stream so that a long one costs little more than its tensors. */
final class SafetensorsHeader {
    static final String METADATA = "__metadata__";
    private static final int MAX_RANK = 32;

    private final JsonParser json;
    private final String source;
    private final int dataStart;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsHeader(JsonParser json, String source, int dataStart) {
        this.json = json;
        this.source = source;
        this.dataStart = dataStart;
    }

    /** Parses the header text and checks each tensor by itself. */
    static SafetensorsHeader parse(byte[] text, String source) throws IOException {
        try (JsonParser json = JsonTokens.of(text)) {
            SafetensorsHeader header = new SafetensorsHeader(json, source, Safetensors.PREFIX + text.length);
            header.readAll();
            return header;
        } catch (IOException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("safetensors: ") ? e : notJson(e, source);
        }
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors by name, in the header's order, with offsets in the file, having checked that they tile its data. */
    Map<String, TensorInfo> placed(long fileSize) throws IOException {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry e : sorted) {
            if (e.begin() != at) {
                String rule = e.begin() < at ? "tensors must not overlap" : "tensors must leave no hole";
                throw broken(rule, e.info().name() + " at " + e.begin() + " where " + at + " is next");
            }
            at = e.end();
        }
        if (at != fileSize - dataStart) {
            throw broken("tensors must fill the data", at + " of " + (fileSize - dataStart) + " bytes");
        }
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        entries.forEach(e -> tensors.put(e.info().name(), e.info()));
        return tensors;
    }

    private void readAll() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (METADATA.equals(name)) {
                readMetadata();
            } else {
                entries.add(readTensor(name));
            }
        }
        if (json.nextToken() != null) {
            throw broken("only spaces may follow the header's object", "more JSON");
        }
    }

    private void readMetadata() throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT, METADATA);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + "/" + key);
            metadata.put(key, json.getText());
        }
    }

    private Entry readTensor(String name) throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT, name);
        StoredType type = null;
        long[] dims = null;
        long[] range = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> type = readType(name);
                case "shape" -> dims = readLongs(name + "/shape");
                case "data_offsets" -> range = readLongs(name + "/data_offsets");
                default -> throw broken("a tensor has dtype, shape and data_offsets", name + "/" + key);
            }
        }
        return checked(name, type, dims, range);
    }

    private Entry checked(String name, @Nullable StoredType type, long @Nullable [] dims, long @Nullable [] range)
            throws IOException {
        if (type == null || dims == null || range == null) {
            throw broken("a tensor must have dtype, shape and data_offsets", name + " without one of them");
        }
        if (range.length != 2 || range[0] > range[1]) {
            throw broken("data_offsets must be [begin, end]", name + " " + Arrays.toString(range));
        }
        Shape shape = shape(name, dims);
        long length = length(name, shape, type);
        if (range[1] - range[0] != length) {
            throw broken(
                    "a byte range must match dtype and shape",
                    (range[1] - range[0]) + " bytes for " + name + " " + type + " " + shape);
        }
        return new Entry(new TensorInfo(name, type, shape, dataStart + range[0]), range[0], range[1]);
    }

    private StoredType readType(String name) throws IOException {
        expect(json.currentToken(), JsonToken.VALUE_STRING, name + "/dtype");
        String text = json.getText();
        for (StoredType type : StoredType.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw broken("dtype must be one of " + Arrays.toString(StoredType.values()), "'" + text + "' for " + name);
    }

    private long[] readLongs(String where) throws IOException {
        expect(json.currentToken(), JsonToken.START_ARRAY, where);
        long[] values = new long[MAX_RANK];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
            if (count == MAX_RANK) {
                throw broken("an array must have at most " + MAX_RANK + " numbers", "more in " + where);
            }
            long value = json.getLongValue();
            if (value < 0 || value > Long.MAX_VALUE / 2) {
                throw broken("sizes and offsets must be 0 to 2^62", value + " in " + where);
            }
            values[count++] = value;
        }
        return Arrays.copyOf(values, count);
    }

    private Shape shape(String name, long[] dims) throws IOException {
        try {
            return Shape.of(Arrays.stream(dims).mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException e) {
            throw tooLarge(name, dims);
        }
    }

    private long length(String name, Shape shape, StoredType type) throws IOException {
        try {
            return Math.multiplyExact(shape.count(), type.bytes());
        } catch (ArithmeticException e) {
            throw tooLarge(name, Arrays.stream(shape.dims()).asLongStream().toArray());
        }
    }

    private IOException tooLarge(String name, long[] dims) {
        return broken(
                "extents must stay below 2^31, their product below 2^63 bytes", name + " " + Arrays.toString(dims));
    }

    private void expect(@Nullable JsonToken got, JsonToken wanted, String where) throws IOException {
        if (got != wanted) {
            throw broken(where + " must be " + JsonTokens.word(wanted), JsonTokens.word(got));
        }
    }

    private IOException broken(String rule, String got) {
        return Safetensors.broken(rule, got, source);
    }

    private static IOException notJson(IOException e, String source) {
        return new IOException(
                "safetensors: the header must be JSON, got " + JsonTokens.reason(e) + " [" + source + "]", e);
    }

    /** A tensor and its byte range in the data. */
    private record Entry(TensorInfo info, long begin, long end) {}
}
