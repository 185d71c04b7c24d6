package org.semblance.sequence;

import java.nio.ByteBuffer;
import org.semblance.weights.Sha256;

/** SHA-256 as hexadecimal digits. */
public final class Fingerprint {
    private Fingerprint() {}

    /** Of bytes. */
    public static String of(byte[] bytes) {
        return Sha256.of(bytes);
    }

    /** Of the bits of numbers. */
    public static String of(float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
        bytes.asFloatBuffer().put(numbers);
        return of(bytes.array());
    }
}
