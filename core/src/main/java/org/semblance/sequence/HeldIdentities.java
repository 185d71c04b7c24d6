package org.semblance.sequence;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.sequence.Cast.Visit;

/*
 * The mapper gives a little less of an identity under some attributes than under others: a face that turns away drifts
 * from how the person looks in the rest of the film. What is drawn on trial tells how far, and asking for the opposite
 * takes part of it back. The direction that is held is the mean of the film's own faces, not that of the wanted code:
 * what the model never reaches is not asked for, since pushing all frames alike gains nothing over time.
 */
/** The identity codes to draw people with, frame by frame. */
final class HeldIdentities {
    private final Run run;
    private final Cast cast;
    private final Map<Integer, float[]> wanted;
    private final CodeFile probed;
    private final Map<Integer, float[]> means = new LinkedHashMap<>();

    /** @param wanted by the numbers of the people */
    HeldIdentities(Run run, Cast cast, Map<Integer, float[]> wanted) {
        this.run = run;
        this.cast = cast;
        this.wanted = Map.copyOf(wanted);
        probed = new CodeFile(
                run.files().probed(), cast, run.options().smoothing().reach());
    }

    /** Finds the means, once all frames are probed. */
    void settle() throws IOException {
        if (run.options().constancy() == 0) {
            return;
        }
        Map<Integer, double[]> sums = new LinkedHashMap<>();
        for (int block = 0; block < cast.blocks(); block++) {
            for (Visit visit : cast.inBlock(block)) {
                float[] read = probed.at(visit.person(), visit.frame());
                double[] sum = sums.computeIfAbsent(visit.person().number(), n -> new double[read.length]);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += read[i];
                }
            }
        }
        sums.forEach((number, sum) -> means.put(number, direction(sum)));
    }

    private static float[] direction(double[] sum) {
        float[] values = new float[sum.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) sum[i];
        }
        return Directions.of(HostArray.of(values, 1, values.length)).data();
    }

    /** What was asked for. */
    float[] wanted(Visit visit) {
        float[] code = wanted.get(visit.person().number());
        if (code == null) {
            throw new IllegalArgumentException(
                    "sequence: person " + visit.person().number() + " stays as they are");
        }
        return code;
    }

    /** What to ask for so that the person stays as in the other frames. */
    float[] held(Visit visit) throws IOException {
        float[] mean = means.get(visit.person().number());
        if (mean == null) {
            return wanted(visit);
        }
        float[] read =
                probed.smoothed(visit.person(), visit.frame(), run.options().smoothing());
        return Directions.moved(wanted(visit), run.options().constancy(), read, mean);
    }
}
