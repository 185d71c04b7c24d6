package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.EncodedPictures.Coded;
import org.semblance.IdentityOnto;
import org.semblance.PairSwaps;
import org.semblance.TableSwaps;
import org.semblance.array.HostArray;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.image.Image;

/** What the engine makes of pictures, beside the plain loop. */
class BatchSwapTest {
    private static final int SIZE = 3;

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    @TempDir
    private Path folder;

    private final Disentangler d = HEADS.model();
    private final List<Image> heads = HEADS.heads();

    private Path in(int i) throws IOException {
        Path file = folder.resolve("in" + i + ".png");
        heads.get(i).writePng(file);
        return file;
    }

    @Test
    void swapsEqualThoseOfThePlainLoopToTheBit() throws IOException {
        float[] who = d.identity().embed(heads.get(0));
        List<Image> plain = new ArrayList<>();
        List<IdentityOnto.Item> items = new ArrayList<>();
        for (int i = 0; i < heads.size(); i += SIZE) {
            plain.addAll(d.swap(HostArray.of(who, 1, who.length), heads.subList(i, Math.min(heads.size(), i + SIZE))));
        }
        for (int i = 0; i < heads.size(); i++) {
            items.add(new IdentityOnto.Item(in(i), folder.resolve("out" + i + ".png")));
        }
        assertThat(Batch.of(
                                new IdentityOnto(d, who, Image::read),
                                BatchConfig.of(SIZE).withThreads(3, 2, 3))
                        .run(items)
                        .isSuccess())
                .isTrue();
        for (int i = 0; i < heads.size(); i++) {
            assertThat(Image.read(folder.resolve("out" + i + ".png"))).isEqualTo(plain.get(i));
        }
    }

    @Test
    void pairsAreSwappedPairByPair() throws IOException {
        List<PairSwaps.Item> items = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            items.add(new PairSwaps.Item(in(i), in(i + 4), folder.resolve("pair" + i + ".png")));
        }
        Batch.of(new PairSwaps(d, Image::read), BatchConfig.of(4)).run(items);
        List<Image> plain = d.swap(heads.subList(0, 4), heads.subList(4, 8));
        for (int i = 0; i < 4; i++) {
            assertThat(Image.read(folder.resolve("pair" + i + ".png"))).isEqualTo(plain.get(i));
        }
    }

    @Test
    void cellsOfATableComeRowByRow() throws IOException {
        List<Coded> who = List.of(coded(0, true), coded(1, true));
        List<Coded> how = List.of(coded(2, false), coded(3, false), coded(4, false));
        List<TableSwaps.Cell> cells = new ArrayList<>();
        List<Image> pictures = new ArrayList<>();
        TableSwaps work = new TableSwaps(d, who, how, (cell, picture) -> {
            cells.add(cell);
            pictures.add(picture);
        });
        Batch.of(work, BatchConfig.of(1).inOrder()).run(work.cells());
        assertThat(cells).isEqualTo(work.cells()).hasSize(6);
        assertThat(cells.get(4)).isEqualTo(new TableSwaps.Cell(1, 1));
        assertThat(pictures.get(4)).isEqualTo(d.swap(heads.get(1), heads.get(3)));
        assertThat(work.name(cells.get(4))).isEqualTo("in1.png with in3.png");
    }

    private Coded coded(int i, boolean isIdentity) throws IOException {
        float[] code =
                isIdentity ? d.identity().embed(heads.get(i)) : d.attributes().encode(heads.get(i));
        return new Coded(in(i), code);
    }

    @Test
    void asManyIdentitiesAsPicturesAreNeeded() {
        HostArray three = d.identity().embed(heads.subList(0, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(three, heads.subList(0, 2)))
                .withMessageContaining("[3, 256]");
    }
}
