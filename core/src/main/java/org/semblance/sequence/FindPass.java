package org.semblance.sequence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.image.Image;
import org.semblance.sequence.SequenceProgress.Stage;

/** Finds the faces of every frame and notes who they look like; then joins them to tracks. */
record FindPass(Run run) {
    void find() throws IOException {
        RecordFile found = run.files().found();
        if (!run.files().isFound()) {
            search(found);
            run.files().setFound();
        }
        run.step(Stage.FIND, found.count());
    }

    private void search(RecordFile found) throws IOException {
        try (FrameReader reader = run.source().open(found.count())) {
            for (Image frame = reader.next(); frame != null; frame = reader.next()) {
                run.step(Stage.FIND, found.count());
                found.add(SeenFaces.toBytes(seen(frame)));
            }
        }
        if (found.count() == 0) {
            throw new IOException("the sequence has no frames");
        }
    }

    private List<SeenFace> seen(Image frame) {
        List<SeenFace> seen = new ArrayList<>();
        for (Sighting sighting : run.faces().in(frame)) {
            Image face = run.faces().cut(frame, sighting.frame());
            float[] embedding = run.model().identities(List.of(face)).data();
            seen.add(new SeenFace(sighting, embedding));
        }
        return seen;
    }

    /** The tracks of what was found, and how many sightings there were. */
    record Found(List<Track> tracks, int sightings) {}

    Found tracks() throws IOException {
        Tracker tracker = new Tracker(tracking(run.options()));
        int sightings = 0;
        RecordFile found = run.files().found();
        for (int i = 0; i < found.count(); i++) {
            List<SeenFace> seen = SeenFaces.of(found.get(i));
            tracker.next(seen);
            sightings += seen.size();
        }
        return new Found(tracker.finish(), sightings);
    }

    /** An aligned frame is a face, and no sighting a mistake. */
    private static Tracking tracking(SequenceOptions options) {
        return options.aligned() ? options.tracking().withAll() : options.tracking();
    }
}
