package org.semblance.onnx;

/** Where an operator finds an input in a run. */
interface Source<T> {
    T in(Env env);
}
