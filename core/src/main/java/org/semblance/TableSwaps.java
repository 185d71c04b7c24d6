package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.semblance.EncodedPictures.Coded;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;

/**
 * Every identity with every other picture's attributes, cell by cell and row by row: the work of a {@link
 * org.semblance.batch.Batch}.
 */
public final class TableSwaps implements BatchWork<TableSwaps.Cell, TableSwaps.Cell, Image> {
    private final Disentangler pipeline;
    private final List<Coded> identities;
    private final List<Coded> attributes;
    private final Sink sink;

    /**
     * A place in a table.
     *
     * @param row which identity, from 0
     * @param column which attributes, from 0
     */
    public record Cell(int row, int column) {}

    /** Where cells go. */
    public interface Sink {
        /** Takes a picture; as {@link BatchWork#encode}. */
        void put(Cell cell, Image picture) throws IOException;

        /** The file of a cell, if it has one. */
        default Optional<Path> file(Cell cell) {
            return Optional.empty();
        }
    }

    /** A table of pictures that were encoded; see {@link EncodedPictures}. */
    public TableSwaps(Disentangler pipeline, List<Coded> identities, List<Coded> attributes, Sink sink) {
        this.pipeline = pipeline;
        this.identities = List.copyOf(identities);
        this.attributes = List.copyOf(attributes);
        this.sink = sink;
    }

    /**
     * All cells, row by row, made as they are asked for.
     *
     * @throws IllegalArgumentException if there are more than 2^31 - 1
     */
    public List<Cell> cells() {
        long count = (long) identities.size() * attributes.size();
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("table: at most " + Integer.MAX_VALUE + " cells, got " + count);
        }
        int columns = attributes.size();
        return new AbstractList<>() {
            @Override
            public Cell get(int index) {
                return new Cell(index / columns, index % columns);
            }

            @Override
            public int size() {
                return (int) count;
            }
        };
    }

    @Override
    public Cell decode(Cell cell) {
        return cell;
    }

    @Override
    public List<Image> compute(List<Cell> cells) {
        List<HostArray> who = new ArrayList<>();
        List<HostArray> how = new ArrayList<>();
        for (Cell cell : cells) {
            who.add(Batches.row(identities.get(cell.row).code()));
            how.add(Batches.row(attributes.get(cell.column).code()));
        }
        return pipeline.generator().synthesise(pipeline.mapper().map(Batches.joined(who), Batches.joined(how)));
    }

    @Override
    public void encode(Cell cell, Image picture) throws IOException {
        sink.put(cell, picture);
    }

    @Override
    public String name(Cell cell) {
        return identities.get(cell.row).file().getFileName() + " with "
                + attributes.get(cell.column).file().getFileName();
    }

    @Override
    public List<Path> outputs(Cell cell) {
        return sink.file(cell).stream().toList();
    }
}
