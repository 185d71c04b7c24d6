package org.semblance.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.semblance.image.Photo;

/** PNG and JPEG files with what they carry beside pixels. */
public final class ImageFuzzer {
    private ImageFuzzer() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        fault(bytes);
    }

    /** Whether the file was refused; anything but an {@link IOException} is thrown. */
    static boolean fault(byte[] bytes) {
        try {
            return Photo.read(new ByteArrayInputStream(bytes), "fuzz")
                            .overWhite()
                            .width()
                    < 1;
        } catch (IOException e) {
            return true;
        }
    }
}
