package org.semblance.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.files.DraftFile;

/**
 * The safetensors container: reading and writing.
 *
 * <p>A file is checked before a tensor is read: the header's length (at most 100 MB, inside the file), its JSON (an
 * object that starts at the first byte, no name twice), each tensor's type, extents and byte range, and that the
 * ranges tile the data exactly, without overlap, hole or trailing bytes. Whatever is wrong is an {@link IOException}
 * that names the file; sizes that a file only claims are never allocated.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class Safetensors {
    /* 8 bytes little-endian header length, the header, the data; offsets count from the end of the header. */
    static final int PREFIX = 8;
    static final long MAX_HEADER = 100_000_000;

    private Safetensors() {}

    /** Opens a file of any size; tensors are read from it when asked for, until the result is closed. */
    public static Weights open(Path path) throws IOException {
        ByteSource file = ByteSource.of(path);
        try {
            return read(file, path.toString());
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** Reads a file below 2 GiB into memory and closes it; nothing is left to close. */
    public static Weights read(Path path) throws IOException {
        long size = Files.size(path);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IOException("safetensors: a file read whole must be below 2 GiB, got " + size
                    + " bytes; open it instead [" + path + "]");
        }
        return read(Files.readAllBytes(path), path.toString());
    }

    /**
     * Reads a stream to its end, which is not closed here.
     *
     * @param source what the stream is, for messages
     */
    public static Weights read(InputStream in, String source) throws IOException {
        return read(in.readAllBytes(), source);
    }

    /**
     * Tensors in the bytes of a file, which are not copied and must not be written to afterwards.
     *
     * @param source what the bytes are, for messages
     */
    public static Weights read(byte[] bytes, String source) throws IOException {
        return read(ByteSource.of(bytes), source);
    }

    /**
     * Tensors in some bytes, read from them when asked for and closed with the result.
     *
     * @param source what the bytes are, for messages
     */
    public static Weights read(ByteSource bytes, String source) throws IOException {
        SafetensorsHeader header = SafetensorsHeader.parse(headerText(source, bytes), source);
        return new Weights(source, header.placed(bytes.size()), header.metadata(), new ByteStore(bytes));
    }

    /**
     * Writes a file, first beside its place; a file that was there stays until the new one is complete.
     *
     * @param tensors tensors in the order of the file; NaN and infinities are written as they are
     * @param dtype element type of all of them
     * @param metadata text kept beside the tensors, may be empty
     * @throws IllegalArgumentException if a finite value would become infinite in {@code dtype}, or a tensor has the
     *     reserved name {@code __metadata__}
     */
    public static void write(Path path, Map<String, HostArray> tensors, DType dtype, Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(tensors, dtype, metadata);
        DraftFile.write(path, writer::writeTo);
    }

    /** Writes to a stream, which stays open; otherwise as {@link #write}. */
    public static void write(
            OutputStream out, Map<String, HostArray> tensors, DType dtype, Map<String, String> metadata)
            throws IOException {
        new SafetensorsWriter(tensors, dtype, metadata).writeTo(out);
    }

    private static byte[] headerText(String source, ByteSource bytes) throws IOException {
        long size = bytes.size();
        if (size < PREFIX) {
            throw broken("a file must start with 8 bytes of header length", size + " bytes in all", source);
        }
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        bytes.read(0, prefix);
        long length = prefix.getLong(0);
        if (length < 2 || length > MAX_HEADER || length > size - PREFIX) {
            throw broken(
                    "the header must take 2 to " + Math.min(MAX_HEADER, size - PREFIX) + " bytes",
                    Long.toUnsignedString(length),
                    source);
        }
        byte[] text = new byte[(int) length];
        bytes.read(PREFIX, ByteBuffer.wrap(text));
        if (text[0] != '{') {
            throw broken("the header must start with {", String.format("byte 0x%02x", text[0]), source);
        }
        return text;
    }

    static IOException broken(String rule, String got, String source) {
        return new IOException("safetensors: " + rule + ", got " + got + " [" + source + "]");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
