package org.semblance.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.json.Json;

class JournalTest {
    private static final Json SETTINGS = Json.of(Map.of("psi", 0.5));
    private static final BatchConfig THREE = BatchConfig.of(3);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("new/run.journal");
    }

    private BatchReport run(Doubling work, boolean resume, int items) throws IOException {
        try (Journal journal = Journal.open(file(), SETTINGS, resume)) {
            return Batch.of(work, THREE)
                    .journal(journal)
                    .run(IntStream.range(0, items).boxed().toList());
        }
    }

    private static Doubling failingAt(int bad) {
        return new Doubling() {
            @Override
            public Integer decode(Integer item) throws IOException {
                if (item == bad) {
                    throw new IOException("bad");
                }
                return item;
            }
        };
    }

    @Test
    void aSecondRunDoesWhatTheFirstLeft() throws IOException {
        run(failingAt(4), false, 8);
        Doubling work = new Doubling();
        BatchReport report = run(work, true, 8);
        assertThat(work.order).containsExactly(4);
        assertThat(work.groups).as("the whole group of the one that was left").containsExactly(List.of(3, 4, 5));
        assertThat(report.progress().skipped()).isEqualTo(7);
        assertThat(report.progress().done()).isEqualTo(1);
        assertThat(report.isSuccess()).isTrue();
        assertThat(run(new Doubling(), true, 8).progress().skipped()).isEqualTo(8);
        assertThat(run(new Doubling(), false, 8).progress().skipped()).isZero();
    }

    @Test
    void onlyWhatIsToBeDoneIsCleared() throws IOException {
        run(failingAt(4), false, 8);
        List<Integer> cleared = Collections.synchronizedList(new ArrayList<>());
        Doubling work = new Doubling() {
            @Override
            public void clear(Integer item) {
                cleared.add(item);
            }
        };
        run(work, true, 8);
        assertThat(work.groups).containsExactly(List.of(3, 4, 5));
        assertThat(cleared).as("not its finished neighbours").containsExactly(4);
    }

    @Test
    void anOutputThatIsGoneIsMadeAgain() throws IOException {
        Doubling work = new Doubling() {
            @Override
            public void encode(Integer item, Integer result) throws Exception {
                super.encode(item, result);
                Files.writeString(output(item), "" + result);
            }

            @Override
            public List<Path> outputs(Integer item) {
                return List.of(output(item));
            }

            private Path output(Integer item) {
                return folder.resolve(item + ".txt");
            }
        };
        run(work, false, 5);
        Files.delete(folder.resolve("2.txt"));
        assertThat(run(work, true, 5).progress().done()).isEqualTo(1);
        assertThat(folder.resolve("2.txt")).hasContent("4");
    }

    @Test
    void aLineThatWasCutOffIsDropped() throws IOException {
        run(new Doubling(), false, 3);
        Files.writeString(file(), "\"4", StandardOpenOption.APPEND);
        assertThat(run(new Doubling(), true, 5).progress().done()).isEqualTo(2);
        assertThat(Files.readAllLines(file())).hasSize(6).endsWith("\"3\"", "\"4\"");
        Files.writeString(file(), "{\"journ");
        assertThat(run(new Doubling(), true, 5).progress().done()).isEqualTo(5);
    }

    @Test
    void otherSettingsAreRefused() throws IOException {
        run(new Doubling(), false, 3);
        Path two = folder.resolve("two");
        Journal.open(two, Json.of(Map.of("a", 1)).with("b", 2), false).close();
        Journal.open(two, Json.of(Map.of("b", 2)).with("a", 1), true).close();
        assertThatThrownBy(() -> Journal.open(two, Json.of(Map.of("a", 1)), true))
                .hasMessageContaining("'b' was 2 and is missing");
        Json other = Json.of(Map.of("psi", 0.7));
        assertThatThrownBy(() -> Journal.open(file(), other, true))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("other settings", "0.5", "0.7", "run.journal");
        assertThat(Files.readAllLines(file())).hasSize(4);
    }

    @Test
    void whatIsNoJournalIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "These are my notes.\nDear diary\n");
        assertThatThrownBy(() -> Journal.open(text, SETTINGS, true)).isInstanceOf(IOException.class);
        assertThat(text).content().startsWith("These");
        Path damaged = Files.writeString(
                folder.resolve("damaged"), "{\"journal\":1,\"settings\":{\"psi\":0.5}}\n\"0\"\n\"1\n\"2\"\n");
        assertThatThrownBy(() -> Journal.open(damaged, SETTINGS, true)).hasMessageContaining("line 3");
    }

    @Test
    void twoRunsCannotShareOne() throws IOException {
        try (Journal first = Journal.open(file(), SETTINGS, false)) {
            assertThatThrownBy(() -> Journal.open(file(), SETTINGS, true)).hasMessageContaining("has it open");
            assertThat(first.size()).isZero();
        }
        Journal.open(file(), SETTINGS, true).close();
    }
}
