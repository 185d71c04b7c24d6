package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.examples.AnonymiseFolder;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.privacy.Certificate;

/** The verbs anonymize and certificate, and the example, on the embedded model. */
class AnonymizeCommandTest {
    private static final String SECRET = "a secret that nobody prints";

    @TempDir
    Path folder;

    private Path heads;
    private Path secret;

    @BeforeEach
    void pictures() throws IOException {
        heads = folder.resolve("heads");
        Heads.write(heads.resolve("ann-1.png"), 600, 700);
        Heads.write(heads.resolve("ann-2.png"), 600, 701);
        secret = Files.writeString(folder.resolve("secret"), SECRET);
    }

    private Run anonymize(Path out, Object... rest) {
        Object[] words = new Object[rest.length + 6];
        System.arraycopy(new Object[] {"anonymize", heads, "--out", out, "--device", "cpu"}, 0, words, 0, 6);
        System.arraycopy(rest, 0, words, 6, rest.length);
        return Run.of(words);
    }

    @Test
    void pseudonymsOfAFolderHoldWhenRecomputed() throws IOException {
        Path out = folder.resolve("out");
        Run run = anonymize(out, "--mode", "pseudonym", "--secret", secret, "--subject-pattern", "(.*)-")
                .succeeds();
        assertThat(run.lastLine()).contains("2 of 2 pictures delivered, 0 refused, 0 failed");
        Json summary = Json.parse(out.resolve("summary.json"));
        assertThat(summary.get("delivered").asInt()).isEqualTo(2);
        String first = tag(out.resolve("ann-1.json"));
        assertThat(first).matches("[0-9a-f]{16}").isEqualTo(tag(out.resolve("ann-2.json")));
        assertThat(Files.readString(out.resolve("ann-1.json")) + run.out()).doesNotContain(SECRET, "ann");
        assertThat(Run.of("certificate", out, "--original", heads, "--device", "cpu")
                        .succeeds()
                        .out())
                .contains("2 of 2 certificates hold");

        Run again = anonymize(out, "--mode", "pseudonym", "--secret", secret, "--subject-pattern", "(.*)-", "--resume")
                .succeeds();
        assertThat(again.out()).contains("0 done, 0 failed, 2 were done before", "2 of 2 pictures delivered");
        anonymize(out, "--seed", 1, "--resume").fails(1, "anonymize", "other settings");
        anonymize(out, "--mode", "pseudonym", "--secret", secret, "--subject", "ann", "--resume")
                .fails(1, "anonymize", "other settings", "subjects");

        Path joint = folder.resolve("joint");
        Object[] words = {"--mode", "pseudonym", "--secret", secret, "--subject-pattern", "(.*)-", "--together"};
        assertThat(anonymize(joint, words).succeeds().lastLine()).contains("2 of 2 pictures delivered");
        assertThat(tag(joint.resolve("ann-1.json"))).isEqualTo(first);
        assertThat(Run.of("certificate", joint, "--original", heads, "--device", "cpu")
                        .succeeds()
                        .out())
                .contains("2 of 2 certificates hold");

        Path example = folder.resolve("example");
        AnonymiseFolder.main(heads.toString(), example.toString(), secret.toString());
        assertThat(Image.read(example.resolve("ann-1.png"))).isEqualTo(Image.read(out.resolve("ann-1.png")));
        assertThat(Certificate.read(example.resolve("ann-2.json")).holds()).isTrue();

        Image swapped = Image.read(out.resolve("ann-2.png"));
        swapped.writePng(out.resolve("ann-1.png"));
        Run wrong = Run.of("certificate", out.resolve("ann-1.json"), "--device", "cpu");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("ann-1.png: the picture must have SHA-256");
        assertThat(wrong.out()).contains("0 of 1 certificates hold");
    }

    @Test
    void resumingKeepsWhatIsFinishedInAGroupOfWhichAPictureIsGone() throws IOException {
        Path out = folder.resolve("out");
        anonymize(out, "--seed", 5).succeeds();
        Image first = Image.read(out.resolve("ann-1.png"));
        Files.delete(out.resolve("ann-1.png"));
        Run again = anonymize(out, "--seed", 5, "--resume").succeeds();
        assertThat(again.out()).contains("1 done, 0 failed, 1 were done before", "2 of 2 pictures delivered");
        assertThat(Image.read(out.resolve("ann-1.png"))).isEqualTo(first);

        Files.copy(heads.resolve("ann-1.png"), out.resolve("not-asked.png"));
        Files.writeString(out.resolve("ann-1.json"), "{}");
        Run checked = Run.of("certificate", out, "--device", "cpu");
        assertThat(checked.code()).isEqualTo(1);
        assertThat(checked.err()).contains("not-asked.png: there is no certificate of it", "ann-1.png: ");
        assertThat(checked.out()).contains("1 of 2 certificates hold");
    }

    private static String tag(Path certificate) throws IOException {
        return Json.parse(certificate)
                .get("faces")
                .at(0)
                .get("parameters")
                .get("subject_tag")
                .asString();
    }

    @Test
    void picturesThatCannotBeWorkedOnDoNotStopTheOthers() throws IOException {
        Path out = folder.resolve("out");
        Files.writeString(heads.resolve("bad.png"), "no picture");
        Files.delete(heads.resolve("ann-2.png"));
        Run run = anonymize(out, "--seed", 5);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("semblance: anonymize: bad.png: ");
        assertThat(run.lastLine()).contains("1 of 2 pictures delivered, 0 refused, 1 failed");
        Json failures = Json.parse(out.resolve("summary.json")).get("failures");
        assertThat(failures.keys()).containsExactly("bad.png");
        assertThat(failures.get("bad.png").asString()).isNotEqualTo("not done").contains("bad.png");
        assertThat(out.resolve("ann-1.png")).exists();
    }

    @Test
    void refusesWrongOptions() {
        Path out = folder.resolve("out");
        Run.of("anonymize", heads).fails(2, "anonymize", "--out");
        Run.of("anonymize", "--evaluate", 1).fails(2, "anonymize", "--evaluate");
        Run.of("anonymize").fails(2, "anonymize", "a picture or a folder");
        anonymize(out, "--mode", "pseudonym").fails(2, "anonymize", "--secret");
        anonymize(out, "--mode", "masks").fails(2, "anonymize", "'masks'");
        anonymize(out, "--strength", 0).fails(2, "anonymize", "--strength");
        anonymize(out, "--mode", "pseudonym", "--secret", secret, "--subject-pattern", "x(y)")
                .fails(2, "anonymize", "--subject-pattern");
        anonymize(out, "--mode", "k-same", "--k", 1).fails(2, "anonymize", "--k must be at least 2");
        anonymize(out, "--together", "--align").fails(2, "anonymize", "--together");
        anonymize(out, "--mode", "k-same", "--k", 2).fails(1, "anonymize", "at least 2k people");
        anonymize(heads).fails(1, "anonymize", "to another folder");
        Run.of("certificate", folder).fails(1, "certificate", "no picture with a certificate");
        assertThat(out).doesNotExist();
        assertThat(heads.resolve("ann-1.png")).exists();
    }
}
