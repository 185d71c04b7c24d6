package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.Unseen;

class SequenceVerdictTest {
    private static SequenceReport report(Map<Integer, float[]> people, Integer... empty) {
        SequenceOutcome outcome = new SequenceOutcome(30, List.of(), people, List.of(empty), 3);
        return new SequenceReport(outcome, Map.of(), Map.of(), null);
    }

    @Test
    void framesWithoutAFaceAreAnObjectionUnlessTheyAreBlack() {
        SequenceReport some = report(Map.of(), 0, 1, 2, 7, 12, 13);
        assertThat(new SequenceVerdict(some, Unseen.KEEP).objections())
                .singleElement()
                .asString()
                .startsWith("6 of 30 frames are not anonymised")
                .contains(": 0 to 2, 7, 12 to 13;");
        assertThat(new SequenceVerdict(some, Unseen.BLANK).objections()).isEmpty();
        assertThat(new SequenceVerdict(report(Map.of()), Unseen.KEEP).objections())
                .isEmpty();
    }

    @Test
    void whoWasNotComparedIsAnObjection() {
        SequenceReport unjudged = report(Map.of(1, new float[] {1}), 4);
        assertThat(new SequenceVerdict(unjudged, Unseen.KEEP).objections())
                .hasSize(2)
                .anyMatch(words -> words.startsWith("no recogniser of the model states a threshold"));
    }

    @Test
    void manyStretchesAreCounted() {
        List<Integer> odd = IntStream.range(0, 25).mapToObj(i -> 2 * i + 1).toList();
        assertThat(FrameRanges.of(odd)).startsWith("1, 3, 5, ").endsWith(", 39 and 5 more stretches");
        assertThat(FrameRanges.of(List.of())).isEmpty();
    }
}
