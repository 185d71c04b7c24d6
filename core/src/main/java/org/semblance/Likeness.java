package org.semblance;

import java.util.List;
import java.util.stream.IntStream;
import org.semblance.privacy.Codes;
import org.semblance.privacy.OperatingPoint;

/*
 * On the sphere of embeddings the angle of two faces is at most the sum of their angles to a third one. So of faces
 * within half of a threshold's angle of one centre, the recogniser takes any two for one person.
 */
/**
 * Who a face must be in every picture: the centre of what the model draws when it puts them on other pictures, which is
 * nearer to all of those than any one of them or a portrait is.
 *
 * @param identity the centre as E_id reads it, of norm 1
 * @param centres as each recogniser reads it, of norm 1
 * @param reaches half of the angle of each recogniser's threshold, in radians
 */
record Likeness(float[] identity, List<float[]> centres, double[] reaches) {
    /** Of what was read in faces of one person. */
    static Likeness of(List<FaceJudge.Reading> faces, List<OperatingPoint> points) {
        return new Likeness(
                Codes.mean(faces.stream().map(FaceJudge.Reading::identity).toList()),
                IntStream.range(0, points.size())
                        .mapToObj(r -> Codes.mean(
                                faces.stream().map(f -> f.embeddings().get(r)).toList()))
                        .toList(),
                points.stream().mapToDouble(p -> reach(p.threshold())).toArray());
    }

    /** Where a threshold leaves no room, distances are great, but numbers. */
    private static double reach(double threshold) {
        return Math.max(1e-6, Math.acos(Math.min(1, threshold)) / 2);
    }

    /**
     * Angle from the centre as a share of the reach, by the recogniser for which it is greatest. Any two faces of at
     * most 1 are one person to every recogniser.
     */
    double distance(List<float[]> embeddings) {
        return IntStream.range(0, reaches.length)
                .mapToDouble(r -> angle(centres.get(r), Codes.unit(embeddings.get(r))) / reaches[r])
                .max()
                .orElseThrow();
    }

    private static double angle(float[] a, float[] b) {
        return Math.acos(Math.max(-1, Math.min(1, Codes.dot(a, b))));
    }
}
