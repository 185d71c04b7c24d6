package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ShardSizeTest {
    private static final long HEAP = 8L << 30;

    private static int size(int side, int block, long heap, String... words) {
        return CommandLine.populateCommand(new ShardSize(), words).of(side, block, heap);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 1, 1000",
        "64, 1, 1000",
        "64, 9, 999",
        "64, 10000, 10000",
        "256, 1, 341",
        "512, 4, 84",
        "1024, 1, 21"
    })
    void whatIsNotAskedForFollowsFromThePictures(int side, int block, int expected) {
        assertThat(size(side, block, HEAP)).isEqualTo(expected);
        assertThat(size(side, block, HEAP / 2)).as("whatever the heap").isEqualTo(expected);
    }

    @Test
    void aShardHasAtMostWhatTrainingHolds() {
        assertThat(size(1024, 1, HEAP, "--shard", "170")).isEqualTo(170);
        refused(1024, 1, HEAP, "171", "--shard must be at most 170 at 1024x1024, got 171");
        assertThat(size(64, 1, HEAP, "--shard", "4000")).isEqualTo(4000);
        refused(64, 1, HEAP, "43691", "--shard must be at most 43690 at 64x64, got 43691");
    }

    @Test
    void aShardMustFitTheHeap() {
        assertThat(size(64, 1, 256L << 20, "--shard", "2730")).isEqualTo(2730);
        refused(64, 1, 256L << 20, "2731", "--shard must be at most 2730 at 64x64 in a heap of 256 MiB (-Xmx sets it)");
    }

    @Test
    void otherNumbersAreRefused() {
        refused(64, 1, HEAP, "0", "--shard must be 1 to 100000, got 0");
        refused(16, 1, HEAP, "100001", "--shard must be 1 to 100000, got 100001");
        refused(64, 9, HEAP, "10", "--shard must be a multiple of 9, got 10");
    }

    private static void refused(int side, int block, long heap, String given, String why) {
        assertThatExceptionOfType(RefusedSettings.class)
                .isThrownBy(() -> size(side, block, heap, "--shard", given))
                .withMessageContaining(why);
    }
}
