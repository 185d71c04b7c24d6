package org.semblance.training;

import java.nio.file.Path;

/** A run was stopped because losses or gradients were not finite for too many steps in a row. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NonFiniteLossException(long step, long inRow, StepLosses losses) {
        super("training: losses or gradients were not finite in the last " + inRow + " steps up to step " + step
                + " and nothing was updated; lower the learning rate or set optimisers.clip [" + losses.present()
                + "; terms left out are NaN or not part of the step]");
    }

    private NonFiniteLossException(NonFiniteLossException cause, Path checkpoint) {
        super(cause.getMessage() + "; the run as it is then: " + checkpoint, cause);
    }

    /** The same, saying where the run was saved. */
    public NonFiniteLossException savedAt(Path checkpoint) {
        return new NonFiniteLossException(this, checkpoint);
    }
}
