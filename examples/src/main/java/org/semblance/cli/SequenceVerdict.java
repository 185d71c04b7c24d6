package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.Unseen;

/**
 * Whether a sequence may be called anonymous.
 *
 * @param report of the run
 * @param unseen what became of frames in which nobody was seen
 */
record SequenceVerdict(SequenceReport report, Unseen unseen) {
    /** What speaks against it; empty if nothing does. */
    List<String> objections() {
        List<String> all = new ArrayList<>();
        if (!report.isJudged()) {
            all.add("no recogniser of the model states a threshold, so that nobody knows whether the old people can be"
                    + " recognised");
        } else if (report.framesAbove() > 0) {
            all.add("a recogniser still sees the old person in " + report.framesAbove()
                    + " frames; do not publish the result, draw other people");
        }
        List<Integer> empty = report.outcome().empty();
        if (unseen == Unseen.KEEP && !empty.isEmpty()) {
            all.add(empty.size() + " of " + report.outcome().frames()
                    + " frames are not anonymised, since no face was found in them: " + FrameRanges.of(empty)
                    + "; look at them before anything is published, or have them black with --unseen blank");
        }
        return all;
    }
}
