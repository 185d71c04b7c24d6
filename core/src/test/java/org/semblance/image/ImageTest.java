package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

class ImageTest {
    private static final Image TWO = Image.of(2, 1, new byte[] {0, 127, (byte) 255, 1, 2, 3});

    @Test
    void keepsItsPixels() {
        byte[] bytes = {1, 2, 3};
        Image image = Image.of(1, 1, bytes);
        bytes[0] = 9;
        image.toBytes()[0] = 9;
        assertThat(image.rgb(0, 0)).isEqualTo(0x010203);
        assertThat(TWO.rgb(0, 0)).isEqualTo(0x007fff);
        assertThat(TWO.width()).isEqualTo(2);
        assertThat(TWO.height()).isEqualTo(1);
        assertThat(TWO).hasToString("image 2x1");
    }

    @Test
    void equalsByValue() {
        Image same = Image.of(2, 1, TWO.toBytes());
        assertThat(same).isEqualTo(TWO).hasSameHashCodeAs(TWO);
        assertThat(Image.of(1, 2, TWO.toBytes())).isNotEqualTo(TWO);
        assertThat(Image.filled(2, 1, 0)).isNotEqualTo(TWO);
    }

    @Test
    void refusesWrongSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.of(2, 2, new byte[11]))
                .withMessage("image: 2x2 pixels must have 12 bytes, got 11");
        assertThatIllegalArgumentException().isThrownBy(() -> Image.of(0, 1, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Image.filled(1 << 15, 1 << 15, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.rgb(2, 0))
                .withMessage("image: a pixel must lie inside 2x1, got (2, 0)");
    }

    @Test
    void everyLevelSurvivesTheWayToFloatsAndBack() {
        byte[] bytes = new byte[256 * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 3 + 7 * (i % 3));
        }
        Image image = Image.of(16, 16, bytes);
        HostArray floats = image.toFloats();
        assertThat(floats.shape().dims()).containsExactly(3, 16, 16);
        assertThat(floats.data()[0]).isEqualTo(-1f);
        assertThat(floats.data()[255]).isEqualTo(1f);
        assertThat(Image.fromFloats(floats)).isEqualTo(image);
        assertThat(Image.unstack(Image.stack(List.of(image, Image.filled(16, 16, 5)))))
                .containsExactly(image, Image.filled(16, 16, 5));
    }

    @Test
    void floatsAreClampedAndRoundedAsStyleGanDoes() {
        float[] values = {-5, 1.5f, 0, 1 / 127.5f, -1e-4f, 0.9999f};
        Image image = Image.fromFloats(HostArray.of(values, 3, 1, 2));
        assertThat(image.toBytes()).containsExactly(0, 128, 127, 255, 129, 255);
    }

    @Test
    void refusesArraysThatAreNoImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.fromFloats(HostArray.of(new float[4], 1, 2, 2)))
                .withMessage("image: an array must be [3, H, W], got [1, 2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.fromFloats(HostArray.of(new float[] {0, Float.NaN, 0}, 3, 1, 1)))
                .withMessage("image: values must be finite, got NaN at element 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.unstack(HostArray.of(new float[3], 3, 1, 1)))
                .withMessageContaining("[N, 3, H, W]");
        assertThatIllegalArgumentException().isThrownBy(() -> Image.stack(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.stack(List.of(TWO, TWO.resized(1, 1))))
                .withMessage("image: images of a batch must have one size, got image 2x1 and image 1x1");
    }

    @Test
    void shrinkingByTwoIsATriangleAndEnlargingIsBilinear() {
        Image row = grey(0, 0, 0, 240, 0, 0, 0, 0);
        assertThat(levels(row.resized(4, 1))).containsExactly(0, 90, 30, 0);
        assertThat(levels(grey(0, 200).resized(4, 1))).containsExactly(0, 50, 150, 200);
        assertThat(levels(grey(10, 20, 30).resized(3, 2).cropped(0, 1, 3, 1))).containsExactly(10, 20, 30);
    }

    @Test
    void resizingKeepsFlatColoursAndItself() {
        Image flat = Image.filled(37, 23, 0x6496c8);
        assertThat(flat.resized(64, 64)).isEqualTo(Image.filled(64, 64, 0x6496c8));
        assertThat(flat.resized(5, 1)).isEqualTo(Image.filled(5, 1, 0x6496c8));
        assertThat(flat.resized(37, 23)).isSameAs(flat);
        assertThatIllegalArgumentException().isThrownBy(() -> flat.resized(0, 5));
    }

    @Test
    void cropsInsideOnly() {
        assertThat(TWO.cropped(1, 0, 1, 1).rgb(0, 0)).isEqualTo(0x010203);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.cropped(1, 0, 2, 1))
                .withMessage("image: a crop must lie inside 2x1, got 2x1 at (1, 0)");
    }

    @Test
    void passesThroughAwtImages() {
        BufferedImage awt = TWO.toBufferedImage();
        assertThat(awt.getType()).isEqualTo(BufferedImage.TYPE_INT_RGB);
        assertThat(Image.of(awt)).isEqualTo(TWO);
        BufferedImage clear = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0x80ff0000);
        assertThat(Image.of(clear).rgb(0, 0)).isEqualTo(0xff7f7f);
        assertThat(Image.of(clear).rgb(1, 0)).isEqualTo(0xffffff);
    }

    @Test
    void contactTablePutsRowsLeftAndColumnsOnTop() {
        Image a = Image.filled(3, 2, 0x0000aa);
        Image b = Image.filled(3, 2, 0x0000bb);
        Image cell = Image.filled(3, 2, 0x0000cc);
        ContactSheet.Style style = new ContactSheet.Style(1, 0x102030);
        Image sheet = ContactSheet.table(List.of(a), List.of(b, b), List.of(List.of(cell, cell)), style);
        assertThat(sheet).hasToString("image 13x7");
        assertThat(sheet.rgb(0, 0)).isEqualTo(0x102030);
        assertThat(sheet.rgb(1, 1)).isEqualTo(0x102030);
        assertThat(sheet.rgb(5, 1)).isEqualTo(0x0000bb);
        assertThat(sheet.rgb(11, 2)).isEqualTo(0x0000bb);
        assertThat(sheet.rgb(1, 4)).isEqualTo(0x0000aa);
        assertThat(sheet.rgb(5, 4)).isEqualTo(0x0000cc);
        assertThat(sheet.rgb(12, 6)).isEqualTo(0x102030);
    }

    @Test
    void contactGridFillsRowByRow() {
        Image a = Image.filled(2, 2, 0x111111);
        Image b = Image.filled(2, 2, 0x222222);
        Image sheet = ContactSheet.grid(List.of(a, b, a), 2, new ContactSheet.Style(0, 0));
        assertThat(sheet).hasToString("image 4x4");
        assertThat(sheet.rgb(3, 0)).isEqualTo(0x222222);
        assertThat(sheet.rgb(0, 3)).isEqualTo(0x111111);
        assertThat(sheet.rgb(3, 3)).isZero();
        assertThat(ContactSheet.grid(List.of(a), 8)).hasToString("image 6x6");
    }

    @Test
    void contactSheetsRefuseWhatDoesNotLineUp() {
        List<Image> one = List.of(TWO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactSheet.table(one, one, List.of()))
                .withMessageContaining("1 rows, 1 columns, 0 lists");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactSheet.table(one, one, List.of(List.of())))
                .withMessage("contact sheet: a row must have 1 cells, got 0 in row 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactSheet.grid(List.of(TWO, TWO.resized(1, 1)), 2))
                .withMessageContaining("one size, got image 2x1 and image 1x1");
        assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.grid(List.of(), 2));
        assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.grid(one, 0));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ContactSheet.Style(-1, 0))
                .withMessageContaining("margin");
    }

    private static Image grey(int... levels) {
        byte[] bytes = new byte[3 * levels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) levels[i / 3];
        }
        return Image.of(levels.length, 1, bytes);
    }

    private static int[] levels(Image image) {
        return java.util.stream.IntStream.range(0, image.width())
                .map(x -> image.rgb(x, 0) & 0xff)
                .toArray();
    }
}
