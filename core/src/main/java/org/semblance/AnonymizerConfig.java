package org.semblance;

/**
 * How {@link Anonymizer} searches.
 *
 * @param candidates new identities that are drawn and measured together, at least 1
 * @param corrections how often the best candidate is drawn again, asking for what it misses, at least 0
 * @param correction how much of what it misses is asked for, 0 to 1
 * @param truncation of the generator's people, above 0 to 1: less makes new faces look more like each other
 * @param comfort similarity, as a share of the threshold, up to which candidates are ranked by what they keep alone
 */
public record AnonymizerConfig(int candidates, int corrections, double correction, double truncation, double comfort) {
    /** @throws IllegalArgumentException if a value lies outside its range */
    public AnonymizerConfig {
        if (candidates < 1
                || corrections < 0
                || !(correction >= 0 && correction <= 1)
                || !(truncation > 0 && truncation <= 1)
                || !(comfort >= 0 && comfort <= 1)) {
            throw new IllegalArgumentException("anonymizer: candidates must be at least 1, corrections at least 0,"
                    + " correction and comfort 0 to 1, truncation above 0 to 1, got " + candidates + ", " + corrections
                    + ", " + correction + ", " + comfort + ", " + truncation);
        }
    }

    /** Four candidates, two corrections by half, no truncation, comfort 0.5. */
    public static AnonymizerConfig standard() {
        return new AnonymizerConfig(4, 2, 0.5, 1, 0.5);
    }
}
