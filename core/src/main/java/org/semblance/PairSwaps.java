package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;

/**
 * Swaps pair by pair: the work of a {@link org.semblance.batch.Batch}.
 *
 * @param pipeline the model
 * @param reader how pictures are read
 */
public record PairSwaps(Disentangler pipeline, PictureReader reader)
        implements BatchWork<PairSwaps.Item, PairSwaps.Pair, Image> {

    /**
     * Two pictures to be one.
     *
     * @param identity who
     * @param attributes everything else
     * @param out the PNG file to write
     */
    public record Item(Path identity, Path attributes, Path out) {}

    /** Two pictures that were read. */
    public record Pair(Image identity, Image attributes) {}

    @Override
    public Pair decode(Item item) throws IOException {
        return new Pair(reader.read(item.identity), reader.read(item.attributes));
    }

    @Override
    public List<Image> compute(List<Pair> decoded) {
        return pipeline.swap(
                decoded.stream().map(Pair::identity).toList(),
                decoded.stream().map(Pair::attributes).toList());
    }

    @Override
    public void encode(Item item, Image result) throws IOException {
        result.writePng(item.out);
    }

    @Override
    public String name(Item item) {
        return String.valueOf(item.out.getFileName());
    }

    @Override
    public List<Path> outputs(Item item) {
        return List.of(item.out);
    }
}
