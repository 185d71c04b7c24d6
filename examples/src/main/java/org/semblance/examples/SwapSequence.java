package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.Disentangler;
import org.semblance.SequenceSwapper;
import org.semblance.image.Image;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.SequenceOptions;

/** Gives the person in a folder of aligned frames the identity of a picture, the same in every frame. */
public final class SwapSequence {
    private SwapSequence() {}

    /** @param paths folder of 64x64 frames, a 64x64 picture, and the folder to write */
    public static void main(String... paths) throws IOException {
        try (Disentangler disentangler = Disentangler.embedded()) {
            SequenceSwapper swapper = SequenceSwapper.aligned(disentangler, SequenceOptions.forAligned());
            Image identity = Image.read(Path.of(paths[1]));
            swapper.swap(FrameFolder.of(Path.of(paths[0])), List.of(identity), Path.of(paths[2]));
        }
    }
}
