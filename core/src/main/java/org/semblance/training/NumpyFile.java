package org.semblance.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.semblance.array.HostArray;
import org.semblance.weights.ByteSource;
import org.semblance.weights.Weights;
import org.semblance.weights.numpy.NumpyFiles;

/** Style codes in NumPy's format: {@code [wDim]}, or rows of it that are all equal, one for each layer. */
final class NumpyFile {
    private NumpyFile() {}

    /**
     * The one code of a file.
     *
     * @throws IOException if the file is something else, such as a code of W+, whose rows differ: there is no single
     *     code that made the picture
     */
    static float[] code(Path file, int length) throws IOException {
        HostArray all;
        try (Weights array = NumpyFiles.array(ByteSource.of(Files.readAllBytes(file)), file.toString())) {
            all = array.get(NumpyFiles.ARRAY);
        } catch (IllegalArgumentException e) {
            throw new IOException("codes: " + e.getMessage(), e);
        }
        int axes = all.shape().rank();
        if (axes == 0 || all.shape().dim(axes - 1) != length || all.data().length == 0) {
            throw new IOException("codes: a file must be an array with a last axis of " + length + ", got "
                    + all.shape() + " [" + file + "]");
        }
        float[] code = Arrays.copyOf(all.data(), length);
        for (int at = length; at < all.data().length; at += length) {
            if (!Arrays.equals(code, 0, length, all.data(), at, at + length)) {
                throw new IOException("codes: all rows of a file must be the same code, as it is that of all layers,"
                        + " got another in row " + at / length + " [" + file + "]");
            }
        }
        return code;
    }
}
