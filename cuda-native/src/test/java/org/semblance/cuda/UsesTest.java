package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of work on streams, on streams that only remember what they stand behind. */
class UsesTest {
    private final List<FakeStream> streams = new ArrayList<>();

    /** A stream that knows how much of each stream's work is done before what it queues next. */
    private final class FakeStream extends Timeline {
        final int index = streams.size();
        final long[] done = new long[8];
        int waits;

        FakeStream() {
            streams.add(this);
        }

        @Override
        protected void follow(Timeline other) {
            FakeStream ahead = (FakeStream) other;
            waits++;
            for (int i = 0; i < done.length; i++) {
                done[i] = Math.max(done[i], ahead.done[i]);
            }
        }

        void begin() {
            next();
            done[index] = position();
        }
    }

    private record Access(FakeStream by, long position, boolean writes) {}

    /** A block that checks at each use that those before it which conflict are done. */
    private static final class Block {
        final List<Access> accesses = new ArrayList<>();
        final Uses uses;

        Block(FakeStream maker) {
            maker.begin();
            uses = new Uses(maker);
            accesses.add(new Access(maker, maker.position(), true));
        }

        void use(FakeStream s, boolean writes) {
            s.begin();
            if (writes) {
                uses.write(s);
            } else {
                uses.read(s);
            }
            assertThat(accesses)
                    .filteredOn(a -> writes || a.writes)
                    .allMatch(a -> s.done[a.by.index] >= a.position, "is done before the use by stream " + s.index);
            accesses.add(new Access(s, s.position(), writes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void conflictingUsesAreOrderedWhateverTheThreadsDo(int count) {
        for (int seed = 0; seed < 200; seed++) {
            streams.clear();
            Random random = new Random(seed);
            for (int i = 0; i < count; i++) {
                new FakeStream();
            }
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                blocks.add(new Block(streams.get(random.nextInt(count))));
            }
            for (int i = 0; i < 60; i++) {
                blocks.get(random.nextInt(4)).use(streams.get(random.nextInt(count)), random.nextInt(4) == 0);
            }
        }
    }

    @Test
    void oneStreamNeverWaits() {
        FakeStream only = new FakeStream();
        Block block = new Block(only);
        for (int i = 0; i < 10; i++) {
            block.use(only, i % 2 == 0);
        }
        assertThat(only.waits).isZero();
    }

    /** What is only read must not put its readers one behind the other. */
    @Test
    void readersOfTheSameBlocksWaitOnceForTheWriterAndNeverForEachOther() {
        FakeStream writer = new FakeStream();
        List<FakeStream> readers = List.of(new FakeStream(), new FakeStream(), new FakeStream());
        List<Block> parameters = List.of(new Block(writer), new Block(writer), new Block(writer));
        for (int i = 0; i < 5; i++) {
            parameters.forEach(p -> readers.forEach(r -> p.use(r, false)));
            parameters.forEach(p -> p.use(writer, false));
        }
        assertThat(readers).allMatch(r -> r.waits == 1);
        assertThat(writer.waits).isZero();
    }

    @Test
    void aWriterWaitsForEachReader() {
        FakeStream writer = new FakeStream();
        FakeStream one = new FakeStream();
        FakeStream other = new FakeStream();
        Block block = new Block(writer);
        block.use(one, false);
        block.use(other, false);
        block.use(writer, true);
        assertThat(writer.waits).isEqualTo(2);
        block.use(writer, true);
        assertThat(writer.waits).isEqualTo(2);
    }

    /** A wait while work is recorded would be recorded with it, and fail; one before each replay is what is wanted. */
    @Test
    void recordedWorkWaitsWhenItIsDoneAndNotWhileItIsNoted() {
        FakeStream writer = new FakeStream();
        FakeStream reader = new FakeStream();
        FakeStream recording = new FakeStream();
        Block read = new Block(writer);
        Block written = new Block(recording);
        Footprint footprint = new Footprint();
        footprint.reads(read.uses);
        footprint.writes(written.uses);
        assertThat(recording.waits).isZero();
        for (int i = 0; i < 3; i++) {
            read.use(writer, true);
            written.use(reader, false);
            recording.begin();
            footprint.next(recording);
            assertThat(recording.done[writer.index]).isEqualTo(writer.position());
            assertThat(recording.done[reader.index]).isEqualTo(reader.position());
            written.accesses.add(new Access(recording, recording.position(), true));
            read.accesses.add(new Access(recording, recording.position(), false));
        }
        read.use(writer, true);
        written.use(reader, false);
    }

    @Test
    void nothingUsesWhatIsFreed() {
        FakeStream only = new FakeStream();
        Block block = new Block(only);
        Footprint footprint = new Footprint();
        footprint.reads(block.uses);
        footprint.next(only);
        block.uses.free(only);
        assertThatIllegalStateException()
                .isThrownBy(() -> footprint.next(only))
                .withMessage("cuda: memory was used after it was freed");
    }
}
