package org.semblance;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.ImageFeatures;
import org.semblance.privacy.Codes;
import org.semblance.privacy.OperatingPoint;
import org.semblance.privacy.Preservation;
import org.semblance.privacy.Similarity;
import org.semblance.weights.ModelNetwork;

/** What all networks read in a face, and what that says of two faces. */
final class FaceJudge {
    private final Disentangler model;
    private final List<OperatingPoint> points;
    private final ImageFeatures landmarks;
    /** Which of the recognisers is the model's own identity encoder. */
    private final OptionalInt own;

    FaceJudge(Disentangler model, List<OperatingPoint> points, ImageFeatures landmarks) {
        this.model = model;
        this.points = points;
        this.landmarks = landmarks;
        String encoder = model.model().network(ModelNetwork.IDENTITY).sha256();
        own = IntStream.range(0, points.size())
                .filter(r -> points.get(r).recogniser().checksum().equals(encoder))
                .findFirst();
    }

    /** The recognisers and their thresholds. */
    List<OperatingPoint> points() {
        return points;
    }

    /**
     * What was read in one face.
     *
     * @param embeddings by every recogniser
     * @param identity E_id
     * @param attributes E_attr
     * @param landmarks 68 points, {@code [1, 136]}
     */
    record Reading(List<float[]> embeddings, float[] identity, float[] attributes, HostArray landmarks) {}

    Reading read(Image face) {
        return read(List.of(face)).get(0);
    }

    /** Of faces of the model's size. */
    List<Reading> read(List<Image> faces) {
        List<HostArray> embeddings = new ArrayList<>();
        for (OperatingPoint point : points) {
            embeddings.add(point.recogniser().features().ofScaled(faces));
        }
        HostArray identities = own.isPresent()
                ? embeddings.get(own.getAsInt())
                : model.identity().embed(faces);
        HostArray attributes = model.attributes().encode(faces);
        HostArray found = landmarks.ofScaled(faces);
        return IntStream.range(0, faces.size())
                .mapToObj(i -> new Reading(
                        embeddings.stream().map(e -> Codes.row(e, i)).toList(),
                        Codes.row(identities, i),
                        Codes.row(attributes, i),
                        Batches.rows(found, i, i + 1)))
                .toList();
    }

    /** The cosine of both by each recogniser. */
    double[] cosines(Reading a, Reading b) {
        return IntStream.range(0, points.size())
                .mapToDouble(r ->
                        IdEncoder.cosine(a.embeddings().get(r), b.embeddings().get(r)))
                .toArray();
    }

    List<Similarity> similarities(double[] before, double[] after) {
        return IntStream.range(0, points.size())
                .mapToObj(r -> Similarity.of(points.get(r), before[r], after[r]))
                .toList();
    }

    /** Whether every recogniser takes these cosines for those of different people, on any device. */
    boolean holds(double[] cosines) {
        return IntStream.range(0, cosines.length)
                .allMatch(r -> cosines[r] < points.get(r).threshold() - Anonymizer.TOLERANCE);
    }

    /** The greatest cosine as a share of its threshold; 1 is where a recogniser begins to take both for one person. */
    double worst(double[] cosines) {
        return IntStream.range(0, cosines.length)
                .mapToDouble(r -> cosines[r] / points.get(r).threshold())
                .max()
                .orElseThrow();
    }

    Preservation preservation(Reading original, Reading made) {
        return Preservation.of(
                model.resolution(), original.landmarks(), made.landmarks(), original.attributes(), made.attributes());
    }
}
