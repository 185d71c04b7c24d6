package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;

/**
 * Puts one identity into many pictures: the work of a {@link org.semblance.batch.Batch}.
 *
 * @param pipeline the model
 * @param identity an embedding, such as an {@link IdentityTemplate}
 * @param reader how pictures are read
 */
public record IdentityOnto(Disentangler pipeline, float[] identity, PictureReader reader)
        implements BatchWork<IdentityOnto.Item, Image, Image> {

    /**
     * One picture.
     *
     * @param attributes everything but the identity
     * @param out the PNG file to write
     */
    public record Item(Path attributes, Path out) {}

    @Override
    public Image decode(Item item) throws IOException {
        return reader.read(item.attributes);
    }

    @Override
    public List<Image> compute(List<Image> decoded) {
        return pipeline.swap(HostArray.of(identity, 1, identity.length), decoded);
    }

    @Override
    public void encode(Item item, Image result) throws IOException {
        result.writePng(item.out);
    }

    @Override
    public String name(Item item) {
        return String.valueOf(item.attributes.getFileName());
    }

    @Override
    public List<Path> outputs(Item item) {
        return List.of(item.out);
    }
}
