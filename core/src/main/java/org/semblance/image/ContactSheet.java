package org.semblance.image;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Lays images of one size out on a sheet: as a mixing table, or as a grid. */
public final class ContactSheet {
    private ContactSheet() {}

    /**
     * How a sheet looks.
     *
     * @param margin pixels around and between the images, 0 or more
     * @param background colour of margins and empty places, {@code 0xRRGGBB}
     */
    public record Style(int margin, int background) {
        /** Two white pixels around each image. */
        public static final Style DEFAULT = new Style(2, 0xffffff);

        public Style {
            if (margin < 0 || margin > 1024) {
                throw new IllegalArgumentException("contact sheet: the margin must be 0 to 1024 pixels, got " + margin);
            }
        }
    }

    /** A mixing table in the default style; see {@link #table(List, List, List, Style)}. */
    public static Image table(List<Image> rows, List<Image> columns, List<List<Image>> cells) {
        return table(rows, columns, cells, Style.DEFAULT);
    }

    /**
     * A mixing table: {@code rows} (the identities) down the first column, {@code columns} (the attributes) along the
     * first row, the corner empty, and {@code cells.get(i).get(j)} where row i meets column j.
     *
     * @throws IllegalArgumentException if the counts do not match, there is nothing to show, or sizes differ
     */
    public static Image table(List<Image> rows, List<Image> columns, List<List<Image>> cells, Style style) {
        if (rows.isEmpty() || columns.isEmpty() || cells.size() != rows.size()) {
            throw new IllegalArgumentException("contact sheet: a table must have rows, columns and one list of cells"
                    + " per row, got " + rows.size() + " rows, " + columns.size() + " columns, " + cells.size()
                    + " lists");
        }
        Sheet sheet = new Sheet(allOf(rows, columns, cells), columns.size() + 1, rows.size() + 1, style);
        for (int j = 0; j < columns.size(); j++) {
            sheet.place(columns.get(j), j + 1, 0);
        }
        for (int i = 0; i < rows.size(); i++) {
            sheet.place(rows.get(i), 0, i + 1);
            for (int j = 0; j < columns.size(); j++) {
                sheet.place(cells.get(i).get(j), j + 1, i + 1);
            }
        }
        return sheet.toImage();
    }

    /** A grid in the default style; see {@link #grid(List, int, Style)}. */
    public static Image grid(List<Image> images, int columns) {
        return grid(images, columns, Style.DEFAULT);
    }

    /**
     * A grid filled row by row, with as many rows as are needed.
     *
     * @throws IllegalArgumentException if there is no image, {@code columns} is below 1, or sizes differ
     */
    public static Image grid(List<Image> images, int columns, Style style) {
        if (images.isEmpty() || columns < 1) {
            throw new IllegalArgumentException("contact sheet: a grid must have images and columns, got "
                    + images.size() + " images, " + columns + " columns");
        }
        int across = Math.min(columns, images.size());
        Sheet sheet = new Sheet(images, across, (images.size() + across - 1) / across, style);
        for (int i = 0; i < images.size(); i++) {
            sheet.place(images.get(i), i % across, i / across);
        }
        return sheet.toImage();
    }

    /** An image with a line of text below it, in the default style; cut off where it is too long. */
    public static Image captioned(Image image, String caption) {
        int scale = Label.scale(image.width());
        int height = Label.height(1, scale);
        Canvas canvas = new Canvas(image.width(), image.height() + height, Style.DEFAULT.background());
        canvas.paste(image, 0, 0);
        canvas.paste(Label.draw(caption, image.width(), height, scale, Style.DEFAULT.background()), 0, image.height());
        return canvas.toImage();
    }

    private static List<Image> allOf(List<Image> rows, List<Image> columns, List<List<Image>> cells) {
        List<Image> all = new ArrayList<>(rows);
        all.addAll(columns);
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).size() != columns.size()) {
                throw new IllegalArgumentException("contact sheet: a row must have " + columns.size() + " cells, got "
                        + cells.get(i).size() + " in row " + i);
            }
            all.addAll(cells.get(i));
        }
        return all;
    }

    /** Places of one size on a canvas. */
    private static final class Sheet {
        private final Image first;
        private final int margin;
        private final Canvas canvas;

        Sheet(Collection<Image> images, int across, int down, Style style) {
            this.first = images.iterator().next();
            this.margin = style.margin();
            images.forEach(this::checkSize);
            this.canvas = new Canvas(
                    size(across, first.width(), margin), size(down, first.height(), margin), style.background());
        }

        void place(Image image, int column, int row) {
            canvas.paste(image, offset(column, first.width(), margin), offset(row, first.height(), margin));
        }

        Image toImage() {
            return canvas.toImage();
        }

        private void checkSize(Image image) {
            if (image.width() != first.width() || image.height() != first.height()) {
                throw new IllegalArgumentException(
                        "contact sheet: images must have one size, got " + first + " and " + image);
            }
        }

        private static int offset(int index, int size, int margin) {
            return margin + index * (size + margin);
        }

        private static int size(int count, int size, int margin) {
            return (int) Math.min(Integer.MAX_VALUE, margin + (long) count * (size + margin));
        }
    }
}
