package org.semblance.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/**
 * Everything a run needs to go on, in one file: the eight bytes {@code SMBCKPT1}, a safetensors container with all
 * tensors in float32 and the state as JSON in its metadata, and the SHA-256 of both. A file that is cut short or
 * changed
 * in any bit is refused.
 *
 * @param state what is not a tensor: step, settings, positions, counters, versions, hashes of the frozen networks
 * @param tensors values, averages and moments by name
 */
public record Checkpoint(Json state, Map<String, HostArray> tensors) {
    private static final byte[] MAGIC = "SMBCKPT1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
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
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < MAGIC.length + DIGEST || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
            throw broken(file, "must start with SMBCKPT1", "another kind of file, of " + bytes.length + " bytes");
        }
        int end = bytes.length - DIGEST;
        MessageDigest digest = sha256();
        digest.update(bytes, 0, end);
        if (!Arrays.equals(digest.digest(), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw broken(
                    file, "must end with the SHA-256 of what stands before it", "another: it is damaged or cut short");
        }
        byte[] content = Arrays.copyOfRange(bytes, MAGIC.length, end);
        try (Weights weights = Safetensors.read(content, file.toString())) {
            return of(weights);
        } catch (IllegalArgumentException e) {
            throw new IOException("checkpoint: " + e.getMessage() + " [" + file + "]", e);
        }
    }

    private static Checkpoint of(Weights weights) throws IOException {
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        for (String name : weights.names()) {
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
