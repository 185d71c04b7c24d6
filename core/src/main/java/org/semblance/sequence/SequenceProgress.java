package org.semblance.sequence;

/** Hears how far a run is. */
public interface SequenceProgress {
    /** The passes over a sequence, in order. */
    enum Stage {
        /** Faces are found. */
        FIND,
        /** Attribute codes are made. */
        ENCODE,
        /** New faces are drawn on trial, to see how far each is from the person's other faces. */
        PROBE,
        /** New faces are drawn. */
        DRAW
    }

    /** This many frames of a pass are done; those that an earlier run did count. */
    void at(Stage stage, int frames);

    /** Whether the run is to stop; asked after every few frames. What is done stays, and another run goes on there. */
    default boolean isCancelled() {
        return false;
    }

    /** Nobody listens. */
    static SequenceProgress none() {
        return (stage, frames) -> {};
    }
}
