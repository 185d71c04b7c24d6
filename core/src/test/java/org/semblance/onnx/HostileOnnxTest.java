package org.semblance.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.onnx.OnnxModelTest.bytes;
import static org.semblance.onnx.OnnxModelTest.sum;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;

/** Files that ask for much in few bytes, and files with damaged bytes. */
@ExtendWith(NoLeaks.class)
class HostileOnnxTest {
    private static final Device DEVICE = TestDevice.get();

    /** Lists of shapes that double forty times in a file of a few kilobytes. */
    @Test
    void listsOnTheHostAreBounded() throws IOException {
        OnnxFile f = new OnnxFile(13).input("x", 1, 3, 8, 8).output("y");
        String list = f.ints(1, 2, 3, 4);
        for (int i = 0; i < 40; i++) {
            list = f.node("Concat", List.of(list, list), OnnxFile.set("axis", 0));
        }
        f.node("Reshape", "", List.of("x", list), List.of("y"));
        OnnxModel model = OnnxModel.read(f.bytes(), "doubling");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> OnnxNetwork.load(model, DEVICE).close())
                .withMessageContaining("lists of numbers on the host must have at most");
        OnnxFile wide = new OnnxFile(13).input("x", 1, 3, 8, 8).output("y");
        String row = wide.ints(new int[] {1, 3000}, new long[3000]);
        String column = wide.ints(new int[] {3000, 1}, new long[3000]);
        wide.node("Reshape", "", List.of("x", wide.node("Add", List.of(row, column))), List.of("y"));
        OnnxModel broad = OnnxModel.read(wide.bytes(), "wide");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> OnnxNetwork.load(broad, DEVICE).close())
                .withMessageContaining("numbers on the host must be few");
    }

    /** Whatever a file makes of a few bytes is bounded in total, before a network is used for the first time. */
    @Test
    void whatAFileMakesIsBoundedInTotal() throws IOException {
        OnnxFile large = new OnnxFile(13).input("x", 1, 3, 16, 16).output("y");
        String scales = large.floats(new float[] {1, 1, 512, 512}, 4);
        large.node("Resize", "", List.of("x", "", scales), List.of("y"));
        fails(large, "values of one picture must have at most 134217728 elements together");
        OnnxFile many = new OnnxFile(13).input("x", 1, 3, 256, 256).output("y");
        String x = "x";
        for (int i = 0; i < 900; i++) {
            x = many.node("Relu", List.of(x));
        }
        many.node("Identity", "", List.of(x), List.of("y"));
        fails(many, "elements together");
        OnnxFile constants = new OnnxFile(13).input("x", 1, 3, 16, 16).output("y");
        String wide = constants.node("Expand", List.of(constants.floats(new float[] {1}, 1), constants.ints(1 << 26)));
        for (int i = 0; i < 4; i++) {
            wide = constants.node("Add", List.of(wide, wide));
        }
        constants.node("Add", "", List.of("x", constants.node("ReduceSum", List.of(wide))), List.of("y"));
        fails(constants, "elements together");
        OnnxFile padded = new OnnxFile(13).input("x", 1, 3, 16, 16).output("y");
        padded.node(
                "MaxPool",
                "",
                List.of("x"),
                List.of("y"),
                OnnxFile.list("kernel_shape", 1, 1),
                OnnxFile.list("pads", 16384, 16384, 16384, 16384));
        fails(padded, "");
        OnnxFile slow = new OnnxFile(13).input("x", 1, 3, 64, 64).output("y");
        String y = slow.node("Resize", List.of("x", "", slow.floats(new float[] {1, 1, 16, 16}, 4)));
        for (int i = 0; i < 3; i++) {
            y = slow.conv(y, i == 0 ? 3 : 48, 48, 11, 1, false, 1);
        }
        slow.node("Identity", "", List.of(y), List.of("y"));
        fails(slow, "");
    }

    private static void fails(OnnxFile file, String fault) throws IOException {
        OnnxModel model = OnnxModel.read(file.bytes(), "bomb");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        OnnxFeatures.of(model, OnnxInput.range(0, 1), DEVICE).close())
                .withMessageContaining(fault);
    }

    /** A tensor that claims two gigabytes in a file of a few bytes. */
    @Test
    void sizesThatAreOnlyClaimed() {
        byte[] good = bytes(OnnxFile.tensorMessage("w", 1, new int[] {4}, o -> o.writeByteArray(9, new byte[16])));
        for (int at = 0; at < good.length; at++) {
            byte[] bad = Arrays.copyOf(good, good.length + 8);
            System.arraycopy(good, at, bad, at + 4, good.length - at);
            Arrays.fill(bad, at, at + 4, (byte) 0xff);
            assertThatThrownBy(() -> {
                        sum(OnnxModel.read(bad, "bad"));
                        throw new IOException("harmless");
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Whatever happens to a byte, the answer is a network or an IOException. */
    @Test
    void noByteBringsItDown() {
        byte[] good = Architectures.landmarks().bytes();
        Random random = new Random(3);
        int built = 0;
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k <= i % 3; k++) {
                // the weights are most of the file, the structure is what matters
                int at = random.nextInt(bad.length);
                bad[i % 2 == 0 ? at : at % 4000] = (byte) random.nextInt();
            }
            try (OnnxFeatures network = OnnxFeatures.of(OnnxModel.read(bad, "fuzz"), OnnxInput.range(0, 1), DEVICE)) {
                built += network.size() > 0 ? 1 : 0;
            } catch (IOException e) {
                assertThat(e.getMessage()).contains("onnx: ");
            }
        }
        assertThat(built).isBetween(1, 299);
    }

    /** Sizes that a graph asks for at run time are bounded too. */
    @Test
    void hugeResultsAreRefused() {
        OnnxFile expand = new OnnxFile(13).input("x", 1, 4);
        expand.output(expand.node("Expand", List.of("x", expand.ints(1 << 20, 1 << 20, 1, 1))));
        OnnxFile pad = new OnnxFile(13).input("x", 1, 4);
        pad.output(pad.node("Pad", List.of("x", pad.ints(0, Integer.MAX_VALUE, 0, Integer.MAX_VALUE))));
        OnnxFile sum = new OnnxFile(13).input("x", 1, 4);
        String big = sum.node("Expand", List.of("x", sum.ints(1 << 20, 1, 4)));
        sum.output(sum.node("Add", List.of(big, sum.node("Transpose", List.of(big)))));
        for (OnnxFile file : List.of(expand, pad, sum)) {
            assertThatThrownBy(() -> sum(OnnxModel.read(file.bytes(), "test")))
                    .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
                    .hasMessageContaining("onnx: ");
        }
    }
}
