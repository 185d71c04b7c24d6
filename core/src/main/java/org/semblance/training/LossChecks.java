package org.semblance.training;

/** What losses ask of the networks: known before the first step, and held in every one. */
public final class LossChecks {
    private LossChecks() {}

    /** @param numbers of the landmark network, two for a point */
    public static void landmarks(LossConfig losses, int numbers) {
        Require.that(
                losses.landmarks() == 0 || losses.firstLandmark() < numbers / 2,
                "firstLandmark",
                "below " + numbers / 2 + ", the number of landmarks",
                losses.firstLandmark());
    }

    /** @param stages whose maps the identity encoder shows */
    public static void stages(LossConfig losses, int stages) {
        Require.that(
                losses.perceptual() == 0 || losses.perceptualStages() <= stages,
                "perceptualStages",
                "at most the number of stages that the identity encoder shows, " + stages,
                losses.perceptualStages());
    }

    /**
     * Of an attribute teacher that is asked.
     *
     * @param numbers that it reads besides classes
     * @param classes whose logits it reads
     * @param code entries of the attribute code
     */
    public static void classes(LossConfig losses, int numbers, int classes, int code) {
        Require.that(
                losses.attributeTeacher() == 0 || losses.attributeClasses() || numbers > 0,
                "attributeClasses",
                "true where the attribute teacher has classes alone",
                false);
        Require.that(
                losses.teacherClasses() == 0 || classes > 0,
                "teacherClasses",
                "0 unless the attribute teacher has classes",
                "none");
        Require.that(
                losses.codeClasses() == 0 || (classes > 0 && classes <= code),
                "codeClasses",
                "0 unless the attribute teacher has classes, at most " + code + " as the code has entries",
                classes + " classes");
    }
}
