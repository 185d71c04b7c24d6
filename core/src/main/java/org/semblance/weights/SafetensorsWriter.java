package org.semblance.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.json.Json;

/** Writes tensors of one element type as a safetensors file. */
final class SafetensorsWriter {
    private static final int PIECE = 1 << 16;

    private final Map<String, HostArray> tensors;
    private final DType dtype;
    private final byte[] header;

    SafetensorsWriter(Map<String, HostArray> tensors, DType dtype, Map<String, String> metadata) {
        this.tensors = tensors;
        this.dtype = dtype;
        this.header = header(metadata);
    }

    void writeTo(OutputStream out) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Safetensors.PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(header.length).array());
        out.write(header);
        ByteBuffer piece = ByteBuffer.allocate(PIECE * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Map.Entry<String, HostArray> tensor : tensors.entrySet()) {
            writeTensor(tensor.getKey(), tensor.getValue().data(), piece, out);
        }
    }

    private void writeTensor(String name, float[] data, ByteBuffer piece, OutputStream out) throws IOException {
        for (int start = 0; start < data.length; start += PIECE) {
            piece.clear();
            for (int i = start; i < Math.min(data.length, start + PIECE); i++) {
                put(name, i, data[i], piece);
            }
            out.write(piece.array(), 0, piece.position());
        }
    }

    private void put(String name, int index, float value, ByteBuffer piece) {
        switch (dtype) {
            case F32 -> piece.putFloat(value);
            case F64 -> piece.putDouble(value);
            case F16 -> {
                short half = Half.toF16(value);
                fits(name, index, value, Half.fromF16(half));
                piece.putShort(half);
            }
            case BF16 -> {
                short brain = Half.toBf16(value);
                fits(name, index, value, Half.fromBf16(brain));
                piece.putShort(brain);
            }
        }
    }

    private void fits(String name, int index, float value, float stored) {
        if (Float.isInfinite(stored) && !Float.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "safetensors: values must fit " + dtype + ", got " + value + " at " + name + "[" + index + "]");
        }
    }

    private byte[] header(Map<String, String> metadata) {
        Map<String, Object> root = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            root.put(SafetensorsHeader.METADATA, metadata);
        }
        long at = 0;
        for (Map.Entry<String, HostArray> tensor : tensors.entrySet()) {
            long end = at + tensor.getValue().shape().count() * dtype.bytes();
            if (root.putIfAbsent(tensor.getKey(), entry(tensor.getValue(), at, end)) != null
                    || tensor.getKey().equals(SafetensorsHeader.METADATA)) {
                throw new IllegalArgumentException("safetensors: a tensor must not be named " + tensor.getKey());
            }
            at = end;
        }
        return padded(Safetensors.utf8(Json.of(root).compact()));
    }

    private Map<String, Object> entry(HostArray array, long begin, long end) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("dtype", dtype.name());
        entry.put("shape", array.shape().dims());
        entry.put("data_offsets", new long[] {begin, end});
        return entry;
    }

    /** The text followed by spaces, so that the data starts at a multiple of 8 bytes. */
    private static byte[] padded(byte[] text) {
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }
}
