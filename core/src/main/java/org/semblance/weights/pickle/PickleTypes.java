package org.semblance.weights.pickle;

import java.io.IOException;

/** The classes and functions that a kind of pickle may name, and what stands for them in Java. */
public interface PickleTypes {
    /** Whether a global may be named at all; asked before anything is made of it. */
    boolean allows(String global);

    /** What calling a global with these arguments gives. @throws IOException if that is not foreseen */
    Object call(Global global, Tuple arguments) throws IOException;

    /** Applies the state of a BUILD to an object. @throws IOException if that is not foreseen */
    void build(Object target, Object state) throws IOException;

    /** The object of a persistent id. @throws IOException if such a pickle has none */
    Object persistent(Object id) throws IOException;

    /** Plain data only. */
    static PickleTypes none() {
        return new PickleTypes() {
            @Override
            public boolean allows(String global) {
                return false;
            }

            @Override
            public Object call(Global global, Tuple arguments) throws IOException {
                throw new IOException("pickle: must not call " + global.name());
            }

            @Override
            public void build(Object target, Object state) throws IOException {
                throw new IOException("pickle: BUILD must not be applied to " + Values.describe(target));
            }

            @Override
            public Object persistent(Object id) throws IOException {
                throw new IOException("pickle: must have no persistent id, got " + Values.describe(id));
            }
        };
    }
}
