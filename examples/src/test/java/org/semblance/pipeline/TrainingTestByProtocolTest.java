package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.semblance.Evaluator;
import org.semblance.Generator;
import org.semblance.MeasuredTest;
import org.semblance.metrics.Pairs;
import org.semblance.metrics.RenderedPairs;
import org.semblance.training.TestScores;

/** The test that a training run may take, on the embedded model; nothing stays in memory. */
class TrainingTestByProtocolTest {
    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    @Test
    void scoresByTheIndependentRecogniser() throws IOException {
        TestScores scores = new MeasuredTest(new RenderedPairs(8, 64, 0)).run(HEADS.model(), 100);
        assertThat(scores.all())
                .containsEntry("identity_recogniser/separation", scores.identity())
                .containsEntry("geometry/landmark_px", scores.landmarks())
                .containsKeys("identity_identity/id_to_output", "reconstruction/psnr", "agreement/background")
                .doesNotContainKey("realism/fid");
        assertThat(scores.table()).isNotNull();
        assertThat(scores.identity()).isBetween(0.5, 1.3);
        assertThat(scores.landmarks()).isBetween(0.8, 2.5);
    }

    /** So that no checkpoint is chosen by what an evaluation measures. */
    @Test
    void itsGeneratedPicturesAreNotThoseOfAnEvaluation() throws IOException {
        Generator generator = HEADS.model().generator();
        try (Evaluator evaluator = Evaluator.of(HEADS.model())) {
            Pairs shown = MeasuredTest.generated(3, 1).source().apply(evaluator).draw(1, 2);
            assertThat(shown.identities())
                    .isEqualTo(generator.synthesise(generator.map(generator.z(0xF0000007L, 0xF0000008L))));
            assertThat(shown.attributes())
                    .isEqualTo(generator.synthesise(generator.map(generator.z(0xF000000AL, 0xF000000BL))));
            assertThat(evaluator.generatedPairs(3, 1).draw(1, 2).identities())
                    .isEqualTo(generator.synthesise(generator.map(generator.z(7, 8))));
        }
    }
}
