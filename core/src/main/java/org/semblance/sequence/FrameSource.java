package org.semblance.sequence;

import java.io.IOException;

/** The frames of a sequence. They may be read any number of times, by one reader at a time, and are always the same. */
public interface FrameSource {
    /** Reads frames from this one on, counted from 0; where there are no more, the reader is at its end at once. */
    FrameReader open(int first) throws IOException;

    /** How many frames there seem to be, for a progress bar; a container may be wrong about it. */
    int estimate();

    /** What the frame is called, without an ending; used for the files of the result. */
    String name(int frame);

    /** Tells this source from others, such as a check sum: a run is only resumed on the same frames. */
    String fingerprint() throws IOException;
}
