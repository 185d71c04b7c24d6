package org.semblance.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;
import org.semblance.weights.ByteSource;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/**
 * Everything a run needs to go on, in one file: the eight bytes {@code SMBCKPT1}, a safetensors container with all
 * tensors in float32 and the state as JSON in its metadata, and the SHA-256 of both. A file that is cut short or
 * changed in any bit is refused.
 *
 * @param state what is not a tensor: step, settings, positions, counters, versions of the format and of the library,
 *     device, hashes of the frozen networks
 * @param tensors values, averages and moments by name
 */
public record Checkpoint(Json state, Map<String, HostArray> tensors) {
    private static final byte[] MAGIC = "SMBCKPT1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
    private static final int PIECE = 1 << 20;
    private static final String STATE = "state";

    public Checkpoint {
        tensors = new LinkedHashMap<>(tensors);
    }

    /** Whether a file begins as a checkpoint does. */
    public static boolean seems(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /** Writes beside the place, forces it to the disk and moves it there: readers see the old file or the new one. */
    public void write(Path file) throws IOException {
        DraftFile.write(file, out -> {
            MessageDigest digest = sha256();
            OutputStream summed = new DigestOutputStream(out, digest);
            summed.write(MAGIC);
            Safetensors.write(summed, tensors, DType.F32, Map.of(STATE, state.compact()));
            out.write(digest.digest());
        });
    }

    /** Reads a file. @throws IOException with the reason if it is no checkpoint, or damaged */
    public static Checkpoint read(Path file) throws IOException {
        return read(file, true);
    }

    /**
     * What a file says beside its tensors, of which none is read, nor is the sum checked.
     *
     * @throws IOException with the reason if it is no checkpoint, or cut short
     */
    public static Json state(Path file) throws IOException {
        return read(file, false).state();
    }

    private static Checkpoint read(Path file, boolean whole) throws IOException {
        try (ByteSource bytes = ByteSource.of(file)) {
            long end = bytes.size() - DIGEST;
            if (end < MAGIC.length || !Arrays.equals(MAGIC, part(bytes, 0, MAGIC.length))) {
                throw broken(file, "must start with SMBCKPT1", "another kind of file, of " + bytes.size() + " bytes");
            }
            if (whole && !Arrays.equals(sum(bytes, end), part(bytes, end, DIGEST))) {
                throw broken(
                        file,
                        "must end with the SHA-256 of what stands before it",
                        "another: it is damaged or cut short");
            }
            return of(Safetensors.read(bytes.slice(MAGIC.length, end - MAGIC.length), file.toString()), whole);
        } catch (IllegalArgumentException e) {
            throw new IOException("checkpoint: " + e.getMessage() + " [" + file + "]", e);
        }
    }

    private static byte[] part(ByteSource bytes, long from, int length) throws IOException {
        byte[] part = new byte[length];
        bytes.read(from, ByteBuffer.wrap(part));
        return part;
    }

    /** A piece at a time: a checkpoint may be larger than the heap has room for twice. */
    private static byte[] sum(ByteSource bytes, long end) throws IOException {
        MessageDigest digest = sha256();
        for (long at = 0; at < end; at += PIECE) {
            digest.update(part(bytes, at, (int) Math.min(PIECE, end - at)));
        }
        return digest.digest();
    }

    private static Checkpoint of(Weights weights, boolean whole) throws IOException {
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        for (String name : whole ? weights.names() : Set.<String>of()) {
            tensors.put(name, weights.raw(name));
        }
        String state = weights.metadata().getOrDefault(STATE, "");
        return new Checkpoint(Json.parse(state, "state of the checkpoint"), tensors);
    }

    /** The tensors whose names start so, under the rest of their names. */
    public Map<String, HostArray> withPrefix(String prefix) {
        Map<String, HostArray> chosen = new LinkedHashMap<>();
        tensors.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                chosen.put(name.substring(prefix.length()), value);
            }
        });
        return chosen;
    }

    private static IOException broken(Path file, String rule, String got) {
        return new IOException("checkpoint: a file " + rule + ", got " + got + " [" + file + "]");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
