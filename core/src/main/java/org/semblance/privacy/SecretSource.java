package org.semblance.privacy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/*
 * Block i of a stream is HMAC-SHA-256(secret, purpose | subject | i), each text in UTF-8 behind its length, so that no
 * two streams share a message. Four uniform numbers of 53 bits come from a block, two normal numbers from a pair of
 * them (Box and Muller, in StrictMath: the same bits on every machine).
 */
/**
 * Numbers that only the holder of a secret can make again: HMAC-SHA-256 (RFC 2104) in counter mode. It never tells the
 * secret: neither {@link #toString} nor any accessor does.
 */
public final class SecretSource {
    /** Fewest bytes of a secret. */
    public static final int LEAST_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int FRESH_BYTES = 32;
    private static final int TAG_BYTES = 8;
    private static final double UNIT = 0x1p-53;

    private final SecretKeySpec key;

    private SecretSource(byte[] secret) {
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * Of a secret that the caller keeps.
     *
     * @param secret at least {@value #LEAST_BYTES} bytes; copied
     */
    public static SecretSource of(byte[] secret) {
        if (secret.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "secret: at least " + LEAST_BYTES + " bytes are needed, got " + secret.length);
        }
        return new SecretSource(secret.clone());
    }

    /** Of a secret that nobody knows and that ends with the process. */
    public static SecretSource fresh() {
        byte[] secret = new byte[FRESH_BYTES];
        new SecureRandom().nextBytes(secret);
        return new SecretSource(secret);
    }

    /** Of a number: anybody who guesses it can make the same identities, so for measurements alone. */
    public static SecretSource ofSeed(long seed) {
        return new SecretSource(("semblance seed " + seed).getBytes(StandardCharsets.UTF_8));
    }

    /** Standard normal numbers that depend on the secret, the purpose, the subject and their place alone. */
    public float[] normal(String purpose, String subject, int count) {
        Mac mac = mac();
        float[] values = new float[count];
        for (int i = 0; i < count; i += 4) {
            byte[] block = block(mac, purpose, subject, i / 4);
            for (int k = 0; k < 2; k++) {
                double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(block, 2 * k)));
                double angle = 2 * StrictMath.PI * uniform(block, 2 * k + 1);
                put(values, i + 2 * k, radius * StrictMath.cos(angle));
                put(values, i + 2 * k + 1, radius * StrictMath.sin(angle));
            }
        }
        return values;
    }

    private static void put(float[] values, int at, double value) {
        if (at < values.length) {
            values[at] = (float) value;
        }
    }

    /** Sixteen hexadecimal digits that stand for a subject: equal for equal subjects, and telling nothing of them. */
    public String tag(String subject) {
        return HexFormat.of().formatHex(Arrays.copyOf(block(mac(), "tag", subject, 0), TAG_BYTES));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static byte[] block(Mac mac, String purpose, String subject, int index) {
        update(mac, purpose.getBytes(StandardCharsets.UTF_8));
        update(mac, subject.getBytes(StandardCharsets.UTF_8));
        update(mac, new byte[] {(byte) (index >>> 24), (byte) (index >>> 16), (byte) (index >>> 8), (byte) index});
        return mac.doFinal();
    }

    private static void update(Mac mac, byte[] part) {
        mac.update(new byte[] {
            (byte) (part.length >>> 24), (byte) (part.length >>> 16), (byte) (part.length >>> 8), (byte) part.length
        });
        mac.update(part);
    }

    private static double uniform(byte[] block, int index) {
        long bits = 0;
        for (int k = 0; k < 8; k++) {
            bits = bits << 8 | block[8 * index + k] & 0xff;
        }
        return (bits >>> 11) * UNIT;
    }

    @Override
    public String toString() {
        return "SecretSource[not shown]";
    }
}
