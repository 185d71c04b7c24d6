package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.Disentangler;
import org.semblance.image.Image;

/** The program in README: the identity of one picture, everything else of another. */
public final class SwapTwoHeads {
    private SwapTwoHeads() {}

    /** @param files two pictures of 64x64 and the PNG file to write */
    public static void main(String... files) throws IOException {
        try (Disentangler disentangler = Disentangler.embedded()) {
            Image identity = Image.read(Path.of(files[0]));
            Image attributes = Image.read(Path.of(files[1]));
            disentangler.swap(identity, attributes).writePng(Path.of(files[2]));
        }
    }
}
