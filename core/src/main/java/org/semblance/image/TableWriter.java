package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;
import org.semblance.image.ContactSheet.Style;

/**
 * A mixing table of any size as a PNG that is written row by row, so that it needs the memory of one row: identities
 * down the first column, attributes along the first row, and what they make where they meet, as {@link
 * ContactSheet#table} lays them out. Labels, if there are any, stand above the first row and left of the first column.
 */
public final class TableWriter implements AutoCloseable {
    private static final int LABEL_LINES = 3;

    private final Layout layout;
    private final PngRows png;
    private Canvas band;
    private int row = -1;

    /**
     * What a table looks like.
     *
     * @param rows identities
     * @param columns attributes
     * @param cell pixels per side of each picture
     * @param style margins and background
     * @param isLabelled whether there are labels
     */
    public record Layout(int rows, int columns, int cell, Style style, boolean isLabelled) {
        public Layout {
            if (rows < 1 || columns < 1 || cell < 1) {
                throw new IllegalArgumentException("table: rows, columns and pixels must be positive, got " + rows
                        + ", " + columns + " and " + cell);
            }
            long side = (Math.max(rows, columns) + 2L) * (cell + style.margin()) + style.margin();
            if (side * (cell + style.margin()) > Integer.MAX_VALUE / 4) {
                throw new IllegalArgumentException("table: one row of it must fit into memory, got " + rows + "x"
                        + columns + " pictures of " + cell + "x" + cell);
            }
        }

        private int left() {
            return isLabelled ? cell + style.margin() : 0;
        }

        private int top() {
            return isLabelled ? Label.height(LABEL_LINES, Label.scale(cell)) + style.margin() : 0;
        }

        private int step() {
            return cell + style.margin();
        }

        /** Pixels across. */
        public int width() {
            return left() + style.margin() + (columns + 1) * step();
        }

        /** Pixels down. */
        public int height() {
            return top() + style.margin() + (rows + 1) * step();
        }
    }

    /** Begins a table; the stream is not closed by this. */
    public TableWriter(OutputStream out, Layout layout) throws IOException {
        this.layout = layout;
        this.png = new PngRows(out, layout.width(), layout.height());
        int margin = layout.style().margin();
        if (margin > 0) {
            png.write(Image.filled(layout.width(), margin, layout.style().background()));
        }
        this.band = band(layout.top() + layout.step());
    }

    private Canvas band(int height) {
        return new Canvas(layout.width(), height, layout.style().background());
    }

    /** Puts an attribute picture into the first row, before any identity comes. */
    public void column(int column, Image picture, String label) {
        requireSize(picture);
        if (row >= 0) {
            throw new IllegalStateException("table: the first row is written already");
        }
        int x = left(column + 1);
        if (layout.isLabelled()) {
            int height = layout.top() - layout.style().margin();
            band.paste(text(label, height), x, 0);
        }
        band.paste(picture, x, layout.top());
    }

    /** Writes the row before and begins the next one; rows that are left out stay empty. */
    public void row(int number, Image identity, String label) throws IOException {
        requireSize(identity);
        advance(number);
        if (layout.isLabelled()) {
            band.paste(text(label, layout.cell()), layout.style().margin(), 0);
        }
        band.paste(identity, left(0), 0);
    }

    /** Puts a picture into the row that was begun last. */
    public void cell(int column, Image picture) {
        requireSize(picture);
        band.paste(picture, left(column + 1), 0);
    }

    private void advance(int number) throws IOException {
        if (number <= row || number > layout.rows()) {
            throw new IllegalStateException(
                    "table: rows must come in order, at most " + layout.rows() + ", got " + number + " after " + row);
        }
        for (; row < number; row++) {
            png.write(band.toImage());
            band = band(layout.step());
        }
    }

    /** Writes what is left. */
    public void finish() throws IOException {
        advance(layout.rows());
        png.finish();
    }

    private int left(int place) {
        return layout.left() + layout.style().margin() + place * layout.step();
    }

    private Image text(String label, int height) {
        return Label.draw(
                label,
                layout.cell(),
                height,
                Label.scale(layout.cell()),
                layout.style().background());
    }

    private void requireSize(Image picture) {
        if (picture.width() != layout.cell() || picture.height() != layout.cell()) {
            throw new IllegalArgumentException(
                    "table: pictures must be " + layout.cell() + "x" + layout.cell() + ", got " + picture);
        }
    }

    @Override
    public void close() {
        png.close();
    }
}
