package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;

/**
 * Codes of pictures in files, kept in the order of the source: the work of a {@link org.semblance.batch.Batch} with one
 * encoder ({@link org.semblance.batch.BatchConfig#inOrder}). Pictures that fail are left out.
 */
public final class EncodedPictures implements BatchWork<Path, Image, float[]> {
    private final PictureReader reader;
    private final Function<List<Image>, HostArray> encoder;
    private final List<Coded> coded = new ArrayList<>();

    /**
     * A picture and its code.
     *
     * @param file where it is
     * @param code what the encoder makes of it
     */
    public record Coded(Path file, float[] code) {}

    /** Pictures through an encoder, such as {@code model.attributes()::encode}. */
    public EncodedPictures(PictureReader reader, Function<List<Image>, HostArray> encoder) {
        this.reader = reader;
        this.encoder = encoder;
    }

    /** What was encoded. */
    public List<Coded> coded() {
        return List.copyOf(coded);
    }

    @Override
    public Image decode(Path file) throws IOException {
        return reader.read(file);
    }

    @Override
    public List<float[]> compute(List<Image> decoded) {
        HostArray rows = encoder.apply(decoded);
        List<float[]> codes = new ArrayList<>();
        for (int i = 0; i < decoded.size(); i++) {
            codes.add(Batches.rows(rows, i, i + 1).data());
        }
        return codes;
    }

    @Override
    public void encode(Path file, float[] code) {
        coded.add(new Coded(file, code));
    }
}
