package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.AnonymizationWork;
import org.semblance.AnonymizationWork.Job;
import org.semblance.Anonymized;
import org.semblance.Anonymizer;
import org.semblance.Evaluator;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.batch.BatchReport;
import org.semblance.batch.Stage;
import org.semblance.cli.Heads;
import org.semblance.image.Image;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.SecretSource;

/** Pictures that are searched in groups, and what becomes of a group with a picture that cannot be searched. */
class AnonymizationWorkTest {
    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private static final AnonymityMode MODE = new AnonymityMode.RandomIdentity(SecretSource.ofSeed(7), 1);

    @TempDir
    private Path folder;

    private @Nullable Evaluator opened;
    private Path ann;
    private Path small;
    private Path bob;
    private Path out;

    @BeforeEach
    void open() throws IOException {
        opened = Evaluator.of(HEADS.model());
        out = Files.createDirectories(folder.resolve("out"));
        ann = Heads.write(folder.resolve("in/ann.png"), 610, 710);
        small = folder.resolve("in/small.png");
        Heads.head(611, 711).resized(32, 32).writePng(small);
        bob = Heads.write(folder.resolve("in/bob.png"), 612, 712);
    }

    @AfterEach
    void close() {
        Objects.requireNonNull(opened).close();
    }

    private Anonymizer anonymizer() {
        return Anonymizer.of(HEADS.model(), Objects.requireNonNull(opened));
    }

    private static List<Job> jobs(AnonymizationWork work, Path... files) throws IOException {
        List<Job> jobs = new ArrayList<>();
        for (Path file : files) {
            jobs.add(work.decode(file));
        }
        return jobs;
    }

    @Test
    void aGroupHasTheResultsOfItsListInOrder() throws IOException {
        Anonymizer anonymizer = anonymizer();
        AnonymizationWork work = AnonymizationWork.ofGroups(anonymizer, out, file -> MODE);
        List<Anonymized> made = work.compute(jobs(work, ann, bob));
        List<Anonymized> expected =
                anonymizer.anonymize(List.of(Image.read(ann), Image.read(bob)), List.of(MODE, MODE));
        assertThat(made).isEqualTo(expected).allMatch(Anonymized::isDelivered);
    }

    /** A group fails as a whole, whose fault it is told by none; alone, the picture at fault has the reason. */
    @Test
    void reasonsAreThoseOfPicturesAlone() throws IOException {
        AnonymizationWork work = AnonymizationWork.ofGroups(anonymizer(), out, file -> MODE);
        List<Job> jobs = jobs(work, ann, small);
        assertThatIllegalArgumentException().isThrownBy(() -> work.compute(jobs));
        assertThat(reason(work)).isEqualTo("not done");
        assertThatIllegalArgumentException().isThrownBy(() -> work.compute(jobs.subList(1, 2)));
        assertThat(reason(work)).contains("32");
    }

    private String reason(AnonymizationWork work) throws IOException {
        return work.summary(List.of(small))
                .json()
                .get("failures")
                .get("small.png")
                .asString();
    }

    @Test
    void theOthersOfAFailedGroupAreDeliveredAsAlone() throws IOException {
        Anonymizer anonymizer = anonymizer();
        AnonymizationWork work = AnonymizationWork.ofGroups(anonymizer, out, file -> MODE);
        List<Path> files = List.of(ann, small, bob);
        BatchReport report = Batch.of(work, BatchConfig.of(3)).run(files);
        assertThat(report.toJson().get("retriedGroups").asInt()).isEqualTo(1);
        assertThat(report.failures()).singleElement().satisfies(f -> {
            assertThat(f.item()).isEqualTo("small.png");
            assertThat(f.stage()).isEqualTo(Stage.COMPUTE);
        });
        assertThat(work.summary(files).delivered()).isEqualTo(2);
        for (Path file : List.of(ann, bob)) {
            assertThat(Image.read(work.picture(file)))
                    .isEqualTo(anonymizer
                            .anonymize(Image.read(file), MODE)
                            .picture()
                            .orElseThrow());
        }
        assertThat(work.picture(small)).doesNotExist();
    }
}
