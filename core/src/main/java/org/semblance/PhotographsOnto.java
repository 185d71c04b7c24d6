package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.AlignedFace;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import org.semblance.image.SoftMask;

/**
 * Puts one identity into a face of each of many photographs: the work of a {@link org.semblance.batch.Batch}.
 *
 * @param pipeline the model
 * @param identity an embedding, such as an {@link IdentityTemplate}
 * @param cutter which face of a photograph
 * @param mask how much of the new face goes back; empty to write the aligned face alone
 */
public record PhotographsOnto(Disentangler pipeline, float[] identity, Cutter cutter, Optional<SoftMask> mask)
        implements BatchWork<IdentityOnto.Item, PhotographsOnto.Found, Photo> {
    /** Cuts the wanted face out of a photograph. Called by several threads at once. */
    @FunctionalInterface
    public interface Cutter {
        /**
         * The face, of the model's size.
         *
         * @param file where the photograph comes from, for messages
         * @throws IOException if there is none
         */
        AlignedFace cut(Image photo, Path file) throws IOException;
    }

    /**
     * A photograph and the face in it.
     *
     * @param photo as it was read
     * @param face that is to be another's
     */
    public record Found(Photo photo, AlignedFace face) {}

    @Override
    public Found decode(IdentityOnto.Item item) throws IOException {
        Photo photo = Photo.read(item.attributes());
        return new Found(photo, cutter.cut(photo.overWhite(), item.attributes()));
    }

    @Override
    public List<Photo> compute(List<Found> found) {
        List<Image> faces = found.stream().map(f -> f.face.image()).toList();
        List<Image> heads = pipeline.swap(HostArray.of(identity, 1, identity.length), faces);
        List<Photo> made = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            made.add(made(found.get(i), heads.get(i)));
        }
        return made;
    }

    private Photo made(Found found, Image head) {
        return mask.map(soft -> found.photo.with(found.face.pasteInto(found.photo.image(), head, soft)))
                .orElseGet(() -> Photo.of(head));
    }

    @Override
    public void encode(IdentityOnto.Item item, Photo result) throws IOException {
        result.writePng(item.out());
    }

    @Override
    public String name(IdentityOnto.Item item) {
        return String.valueOf(item.attributes().getFileName());
    }

    @Override
    public List<Path> outputs(IdentityOnto.Item item) {
        return List.of(item.out());
    }
}
