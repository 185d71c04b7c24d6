package org.semblance.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.array.HostArray;

/** Writes our pictures and gradient of a generator for a peer to compare with, from a process of its own. */
public final class ReferenceMain {
    private ReferenceMain() {}

    /** Preset, batch, file for the pictures, file for the gradient. */
    public static void main(String[] args) throws IOException {
        try (GeneratorWork work = new GeneratorWork(GeneratorPreset.valueOf(args[0]), Integer.parseInt(args[1]))) {
            write(Path.of(args[2]), work.picturesOnHost());
            write(Path.of(args[3]), work.gradientOnHost());
        }
    }

    private static void write(Path file, HostArray array) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * array.data().length);
        bytes.asFloatBuffer().put(array.data());
        Files.write(file, bytes.array());
    }

    /** Reads what {@link #main} wrote. */
    public static float[] read(Path file) throws IOException {
        float[] data = new float[Math.toIntExact(Files.size(file) / 4)];
        ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer().get(data);
        return data;
    }
}
