package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.TestDevice;

class BatchesTest {
    private static HostArray rows(int n) {
        float[] data = new float[2 * n];
        for (int i = 0; i < data.length; i++) {
            data[i] = i;
        }
        return HostArray.of(data, n, 2);
    }

    private static List<Integer> sizes(int n, int most) {
        List<HostArray> parts = new ArrayList<>();
        Batches.parts(rows(n), most, (part, first) -> {
            assertThat(part.data()[0]).isEqualTo(2f * first);
            parts.add(part);
        });
        assertThat(Batches.joined(parts).data()).containsExactly(rows(n).data());
        return parts.stream().map(p -> p.shape().dim(0)).toList();
    }

    /** Above eight rows only powers of two come, so that few sizes have to be prepared. */
    @Test
    void rowsGoInFewSizes() {
        assertThat(sizes(1, 8)).containsExactly(1);
        assertThat(sizes(13, 8)).containsExactly(8, 5);
        assertThat(sizes(7, 64)).containsExactly(7);
        assertThat(sizes(13, 64)).containsExactly(8, 5);
        assertThat(sizes(231, 64)).containsExactly(64, 64, 64, 32, 7);
    }

    @Test
    void aProcessorTakesEight() {
        assertThat(Batches.most(Device.cpu(), 64)).isEqualTo(8);
        assertThat(Batches.most(Device.cpu(), 1024)).isEqualTo(8);
    }

    @Test
    void aGpuTakesManySmallPictures() {
        assertThat(IntStream.of(1, 64, 65, 128, 256, 1024).map(Batches::most)).containsExactly(64, 64, 32, 16, 8, 8);
    }

    /** On a GPU, 64 codes at once would be 64 large pictures. */
    @Test
    void codesOfLargePicturesGoInTheirBatches() {
        Device device = TestDevice.get();
        for (int side : new int[] {1, 64, 128, 1024}) {
            List<Integer> sizes = new ArrayList<>();
            Batches.rows(device, rows(128), side, (part, first) -> {
                sizes.add(part.dim(0));
                return part;
            });
            assertThat(sizes).as("of side " + side).containsOnly(Batches.most(device, side));
        }
    }

    @Test
    void whatIsNoNumberIsRefused() {
        HostArray wrong = HostArray.of(new float[] {1, Float.NaN}, 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Batches.parts(wrong, 8, (part, first) -> {}))
                .withMessageContaining("got NaN at element 1");
    }
}
