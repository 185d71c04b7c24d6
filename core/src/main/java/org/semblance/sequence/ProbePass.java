package org.semblance.sequence;

import java.io.IOException;
import java.util.List;
import org.semblance.sequence.Cast.Visit;
import org.semblance.sequence.SequenceProgress.Stage;

/** Draws every face once with the wanted code alone and notes the identity that comes of it. */
record ProbePass(Run run, Cast cast, HeldIdentities identities) {
    void probe() throws IOException {
        if (run.options().constancy() == 0) {
            return;
        }
        RecordFile probed = run.files().probed();
        CodeFile attributes = new CodeFile(
                run.files().encoded(), cast, run.options().smoothing().reach());
        CodeFile read = new CodeFile(probed, cast, 0);
        while (probed.count() < cast.blocks()) {
            run.step(Stage.PROBE, probed.count() * Cast.BLOCK);
            List<Visit> visits = cast.inBlock(probed.count());
            if (visits.isEmpty()) {
                read.addNone();
            } else {
                read.add(Directions.of(run.model().identities(run.faces(visits, identities::wanted, attributes))));
            }
        }
        run.step(Stage.PROBE, cast.frames());
    }
}
