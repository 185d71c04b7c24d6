package org.semblance.cpu;

import org.bytedeco.javacpp.Pointer;

/** A raw address in the form that the binding takes; owns nothing. */
final class Address extends Pointer {
    Address(long value) {
        address = value;
    }

    /** Points it elsewhere. */
    Address to(long value) {
        address = value;
        return this;
    }
}
