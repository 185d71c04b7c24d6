package org.semblance.sequence;

import java.util.concurrent.CancellationException;
import org.semblance.metrics.SwapModel;
import org.semblance.sequence.SequenceProgress.Stage;

/** What the passes of a run share. */
record Run(
        FrameSource source,
        WorkFolder files,
        Faces faces,
        SwapModel model,
        SequenceOptions options,
        SequenceProgress progress) {
    /** Tells how many frames of a pass are done. @throws CancellationException if no more are wanted */
    void step(Stage stage, int frames) {
        progress.at(stage, frames);
        if (progress.isCancelled()) {
            throw new CancellationException("sequence: cancelled; what is done is kept");
        }
    }
}
