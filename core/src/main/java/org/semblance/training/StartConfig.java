package org.semblance.training;

import java.util.List;

/**
 * What the trained networks begin as.
 *
 * @param attributes the attribute encoder
 * @param mapper the latent mapper
 * @param discriminator the latent discriminator
 * @param encoder how a fresh attribute encoder is built
 * @param mapperWidths hidden layers of a fresh mapper
 * @param discriminatorWidths hidden layers of a fresh discriminator
 * @param centred whether a fresh mapper begins at the generator's mean style code, which keeps first outputs plausible
 */
public record StartConfig(
        From attributes,
        From mapper,
        From discriminator,
        Encoder encoder,
        List<Integer> mapperWidths,
        List<Integer> discriminatorWidths,
        boolean centred) {

    /** Where first values come from. */
    public enum From {
        /** The base model. */
        MODEL,
        /** Random numbers. */
        FRESH,
        /**
         * For the attribute encoder alone: all layers but the last of the base model's attribute teacher, which must be
         * built alike, and random numbers for the last.
         */
        TEACHER
    }

    /**
     * A residual network of two blocks per width, each width at half the size of the one before.
     *
     * @param widths channels, at least one
     * @param code length of the attribute code
     * @param spatial whether the code is read off the last feature map as it lies, so that it knows where things are;
     *     otherwise off its mean
     */
    public record Encoder(List<Integer> widths, int code, boolean spatial) {
        public Encoder {
            widths = List.copyOf(widths);
            Require.that(!widths.isEmpty() && widths.stream().allMatch(w -> w >= 1), "widths", "positive", widths);
            Require.that(code >= 1, "code", "at least 1", code);
        }
    }

    public StartConfig {
        mapperWidths = List.copyOf(mapperWidths);
        discriminatorWidths = List.copyOf(discriminatorWidths);
        Require.that(mapper != From.TEACHER, "mapper", "model or fresh", "teacher");
        Require.that(discriminator != From.TEACHER, "discriminator", "model or fresh", "teacher");
        Require.that(mapperWidths.stream().allMatch(w -> w >= 1), "mapperWidths", "positive", mapperWidths);
        Require.that(
                discriminatorWidths.stream().allMatch(w -> w >= 1),
                "discriminatorWidths",
                "positive",
                discriminatorWidths);
    }

    /** The paper's: a pretrained attribute encoder, the rest fresh. */
    public static StartConfig paper() {
        return of(From.MODEL, From.FRESH, false);
    }

    /** Everything fresh. */
    public static StartConfig stable() {
        return of(From.FRESH, From.FRESH, true);
    }

    private static StartConfig of(From attributes, From rest, boolean centred) {
        return new StartConfig(
                attributes,
                rest,
                rest,
                new Encoder(List.of(32, 64, 128, 256), 512, true),
                List.of(2048, 1024, 512),
                List.of(256, 128, 64),
                centred);
    }
}
