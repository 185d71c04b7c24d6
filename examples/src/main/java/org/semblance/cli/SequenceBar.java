package org.semblance.cli;

import java.util.Locale;
import org.semblance.sequence.SequenceProgress;

/**
 * The passes of a run as one bar.
 *
 * @param bar of as many steps as there are passes over each frame
 * @param frames of the sequence
 */
record SequenceBar(Progress bar, int frames) implements SequenceProgress, AutoCloseable {
    @Override
    public void at(Stage stage, int done) {
        bar.stepTo((long) stage.ordinal() * frames + done);
        bar.say(stage.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        bar.close();
    }
}
