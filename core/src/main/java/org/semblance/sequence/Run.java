package org.semblance.sequence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.semblance.image.Image;
import org.semblance.metrics.SwapModel;
import org.semblance.sequence.Cast.Visit;
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

    /** An identity code for somebody in a frame. */
    interface Who {
        float[] in(Visit visit) throws IOException;
    }

    /** New faces, with the attribute codes smoothed over time. @param visits at least one */
    List<Image> faces(List<Visit> visits, Who who, CodeFile codes) throws IOException {
        List<float[]> identities = new ArrayList<>();
        List<float[]> attributes = new ArrayList<>();
        for (Visit visit : visits) {
            identities.add(who.in(visit));
            attributes.add(codes.smoothed(visit.person(), visit.frame(), options.smoothing()));
        }
        return model.images(model.codes(Rows.of(identities), Rows.of(attributes)));
    }
}
