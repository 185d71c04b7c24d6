package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.backend.Device;

/** What the generator draws in, of every verb that draws. */
class PipelineOptionsTest {
    @TempDir
    Path folder;

    private Run run(String line, Object... more) {
        List<Object> words = new ArrayList<>(
                List.of(line.replace("FOLDER", folder.toString()).split(" ")));
        words.addAll(List.of(more));
        return Run.of(words.toArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "swap --identity FOLDER/h.png --attributes FOLDER/h.png --out FOLDER/s.png",
                "pairs --identities FOLDER --attributes FOLDER --out FOLDER/p",
                "table --identities FOLDER --attributes FOLDER --out FOLDER/t.png",
                "interpolate --identity FOLDER/h.png --to-identity FOLDER/h.png --attributes FOLDER/h.png"
                        + " --out FOLDER/i.png",
                "anonymize FOLDER --out FOLDER/a",
                "sequence FOLDER --aligned --identity FOLDER/h.png --out FOLDER/q",
                "evaluate --pairs 2",
                "evaluate-sequence",
                "generate --seeds 1 --out FOLDER/g",
                "demo --out FOLDER/d.png"
            })
    void halvesAreRefusedWhereTheyCannotBeHad(String line) throws IOException {
        Heads.write(folder.resolve("h.png"), 1, 2);
        long before = Device.cpu().backend().counters().liveBytes();
        run(line, "--device", "cpu", "--precision", "float16")
                .fails(1, line.split(" ")[0], "generator: FLOAT16 cannot be had on cpu: ");
        assertThat(Device.cpu().backend().counters().liveBytes()).isEqualTo(before);
    }

    @Test
    void anUnknownOneIsWrongUsage() {
        assertThat(run("generate --seeds 1 --out FOLDER/g --precision half").code())
                .isEqualTo(2);
    }
}
