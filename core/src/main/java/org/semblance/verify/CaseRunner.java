package org.semblance.verify;

import java.io.IOException;

/** Computes the outputs of the cases of one operation. */
@FunctionalInterface
public interface CaseRunner {
    /**
     * Reads inputs and attributes, puts outputs. What the manifest calls {@code grad.NAME} and {@code grad2.NAME}
     * follows from the outputs and need not be put.
     *
     * @throws SkippedCase if the attributes ask for something that is not implemented
     */
    void run(CaseContext context) throws IOException;
}
