package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.image.ContactSheet.Style;
import org.semblance.image.TableWriter.Layout;

class TableWriterTest {
    private static final int WHITE = 0xffffff;

    private static Image cell(int seed) {
        return PngRowsTest.picture(24, 24, seed);
    }

    private static Image table(Layout layout, List<Integer> rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TableWriter writer = new TableWriter(bytes, layout)) {
            for (int j = 0; j < layout.columns(); j++) {
                writer.column(j, cell(100 + j), "column " + j);
            }
            for (int i : rows) {
                writer.row(i, cell(200 + i), "row");
                for (int j = 0; j < layout.columns(); j++) {
                    writer.cell(j, cell(10 * i + j));
                }
            }
            writer.finish();
        }
        return Image.read(new ByteArrayInputStream(bytes.toByteArray()), "table");
    }

    @Test
    void looksAsTheContactSheetOfTheSamePictures() throws IOException {
        List<Image> columns = IntStream.range(0, 4).mapToObj(j -> cell(100 + j)).toList();
        List<Image> rows = IntStream.range(0, 3).mapToObj(i -> cell(200 + i)).toList();
        List<List<Image>> cells = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int row = i;
            cells.add(IntStream.range(0, 4).mapToObj(j -> cell(10 * row + j)).toList());
        }
        for (Style style : List.of(Style.DEFAULT, new Style(0, 0x112233))) {
            assertThat(table(new Layout(3, 4, 24, style, false), List.of(0, 1, 2)))
                    .isEqualTo(ContactSheet.table(rows, columns, cells, style));
        }
    }

    @Test
    void labelsStandBesideTheSameTable() throws IOException {
        Image plain = table(new Layout(3, 4, 24, Style.DEFAULT, false), List.of(0, 1, 2));
        Image labelled = table(new Layout(3, 4, 24, Style.DEFAULT, true), List.of(0, 1, 2));
        int left = labelled.width() - plain.width();
        int top = labelled.height() - plain.height();
        assertThat(left).isEqualTo(26);
        assertThat(top).isEqualTo(29);
        assertThat(labelled.cropped(left, top, plain.width(), plain.height())).isEqualTo(plain);
        assertThat(dark(labelled.cropped(left + 28, 2, 24, 27))).isBetween(40, 200);
        assertThat(dark(labelled.cropped(2, top + 28, 24, 24))).isBetween(15, 60);
        assertThat(dark(labelled.cropped(0, 0, left, top))).isZero();
    }

    private static int dark(Image image) {
        int dark = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                dark += image.rgb(x, y) == WHITE ? 0 : 1;
            }
        }
        return dark;
    }

    @Test
    void rowsThatWereLeftOutStayEmpty() throws IOException {
        Image table = table(new Layout(3, 4, 24, Style.DEFAULT, false), List.of(1));
        assertThat(dark(table.cropped(0, 28, table.width(), 24))).isZero();
        assertThat(table.cropped(28, 54, 24, 24)).isEqualTo(cell(10));
        assertThat(dark(table.cropped(0, 80, table.width(), 24))).isZero();
    }

    @Test
    void refusesRowsOutOfOrderAndOtherSizes() throws IOException {
        Layout layout = new Layout(3, 4, 24, Style.DEFAULT, false);
        try (TableWriter writer = new TableWriter(new ByteArrayOutputStream(), layout)) {
            writer.row(1, cell(0), "");
            assertThatThrownBy(() -> writer.row(1, cell(0), "")).hasMessageContaining("in order");
            assertThatThrownBy(() -> writer.column(0, cell(0), "")).hasMessageContaining("first row");
            assertThatThrownBy(() -> writer.cell(0, Image.filled(9, 9, 0))).hasMessageContaining("24x24", "9x9");
        }
        assertThatThrownBy(() -> new Layout(1, 50_000_000, 64, Style.DEFAULT, false))
                .hasMessageContaining("fit into memory");
    }
}
