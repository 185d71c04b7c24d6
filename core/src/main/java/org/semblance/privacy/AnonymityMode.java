package org.semblance.privacy;

import java.util.LinkedHashMap;
import java.util.Map;

/** Whose face the new one is. */
public sealed interface AnonymityMode {
    /** Name in certificates. */
    String name();

    /** What a certificate says of it; never a secret, and never who the subject is. */
    Map<String, Object> parameters();

    /** Another face in every picture; two pictures of one person cannot be linked by the face. */
    static AnonymityMode random() {
        return new RandomIdentity(SecretSource.fresh(), 1);
    }

    /**
     * A new identity for every picture, drawn from the secret and the picture's pixels.
     *
     * @param source numbers; fresh ones cannot be made again
     * @param strength how far to go from the old identity to the new one, above 0 to 1; the search goes further where
     *     the bound asks for it
     */
    record RandomIdentity(SecretSource source, double strength) implements AnonymityMode {
        public RandomIdentity {
            if (!(strength > 0 && strength <= 1)) {
                throw new IllegalArgumentException("anonymity: strength must be above 0 to 1, got " + strength);
            }
        }

        @Override
        public String name() {
            return "random";
        }

        @Override
        public Map<String, Object> parameters() {
            return Map.of("strength", strength);
        }
    }

    /**
     * One new face for a subject in all pictures and runs, drawn from secret, subject and epoch alone. Without the
     * secret nobody can tell whose it is, nor make it.
     *
     * @param secret the operator's
     * @param subject who, in the operator's own terms
     * @param epoch 0 at first; another one gives the subject another new face in all pictures
     */
    record Pseudonym(SecretSource secret, String subject, int epoch) implements AnonymityMode {
        public Pseudonym {
            if (subject.isEmpty() || epoch < 0) {
                throw new IllegalArgumentException(
                        "anonymity: a subject and an epoch of at least 0 are needed, got '" + subject + "', " + epoch);
            }
        }

        @Override
        public String name() {
            return "pseudonym";
        }

        /** The subject as the secret's tag: equal for equal subjects. */
        @Override
        public Map<String, Object> parameters() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("subject_tag", secret.tag(subject));
            all.put("epoch", epoch);
            return all;
        }

        @Override
        public String toString() {
            return "Pseudonym[" + parameters() + "]";
        }
    }

    /**
     * One new face for every group of at least k people of a closed set.
     *
     * @param groups the people of the set
     * @param k what certificates say is the least size of a group: 2 to that of the smallest one
     */
    record KSame(KSameGroups groups, int k) implements AnonymityMode {
        public KSame {
            if (k < 2 || k > groups.least()) {
                throw new IllegalArgumentException(
                        "anonymity: k must be 2 to the people of the smallest group, " + groups.least() + ", got " + k);
            }
        }

        @Override
        public String name() {
            return "k-same";
        }

        @Override
        public Map<String, Object> parameters() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("k", k);
            all.put("people", groups.people());
            return all;
        }
    }
}
