package org.semblance.sequence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.metrics.FactorLayout;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.OriginalLikeness;
import org.semblance.metrics.Recogniser;
import org.semblance.metrics.TemporalFigures;
import org.semblance.metrics.TemporalMotion;

/** Measures the frames that a run has written against those that it has read, person by person. */
public final class SequenceMeasure {
    private final MeasuringNetworks networks;
    private final Faces faces;
    private final int resolution;

    /**
     * Measures with these networks.
     *
     * @param resolution pixels per side to which faces are cut before they are scaled for a network
     * @param options those of the run
     */
    public SequenceMeasure(MeasuringNetworks networks, int resolution, SequenceOptions options) {
        this.networks = networks;
        this.resolution = resolution;
        faces = new Faces(frame -> List.of(), resolution, options);
    }

    /**
     * Measures somebody.
     *
     * @param in what was read
     * @param out what was written
     * @param person places from which faces are cut, in both
     * @param identity a picture of who they became, or null
     */
    public PersonFigures of(FrameSource in, FrameSource out, Person person, @Nullable Image identity)
            throws IOException {
        Readings readings = new Readings();
        try (FrameReader before = in.open(0);
                FrameReader after = out.open(0)) {
            int frame = 0;
            for (Image from = before.next(); from != null; from = before.next(), frame++) {
                Image to = after.next();
                if (to == null) {
                    throw new IOException("measure: as many frames are needed as were read, got " + frame);
                }
                FaceFrame place = person.at(frame);
                if (place != null) {
                    readings.add(frame, place, faces.cut(from, place), faces.cut(to, place));
                }
            }
        }
        readings.measure();
        return readings.figures(identity);
    }

    /** How steady the faces of aligned frames are by each recogniser, without a wanted identity. */
    public Map<String, TemporalFigures> of(FrameSource aligned) throws IOException {
        Readings readings = new Readings();
        try (FrameReader reader = aligned.open(0)) {
            int number = 0;
            for (Image frame = reader.next(); frame != null; frame = reader.next()) {
                Image face = frame.resized(resolution, resolution);
                readings.add(
                        number++, Sighting.whole(frame.width(), frame.height()).frame(), face, face);
            }
        }
        readings.measure();
        return readings.identity(null);
    }

    /** What the networks say about the faces of one person. */
    private final class Readings {
        private static final int BATCH = 32;

        private final List<Integer> numbers = new ArrayList<>();
        private final List<FaceFrame> places = new ArrayList<>();
        private final List<Image> in = new ArrayList<>();
        private final List<Image> out = new ArrayList<>();
        private final Map<String, Rows> rows = new LinkedHashMap<>();

        void add(int frame, FaceFrame place, Image before, Image after) {
            numbers.add(frame);
            places.add(place);
            in.add(before);
            out.add(after);
            if (in.size() == BATCH) {
                measure();
            }
        }

        void measure() {
            if (in.isEmpty()) {
                return;
            }
            for (Recogniser recogniser : networks.recognisers()) {
                add(recogniser.key(), recogniser.features(), out);
                add(recogniser.key() + "/in", recogniser.features(), in);
            }
            ImageFeatures landmarks = networks.landmarks();
            if (landmarks != null) {
                add("landmarks/in", landmarks, in);
                add("landmarks/out", landmarks, out);
            }
            ImageFeatures factors = networks.factors();
            if (factors != null) {
                add("factors/in", factors, in);
                add("factors/out", factors, out);
            }
            in.clear();
            out.clear();
        }

        private void add(String key, ImageFeatures features, List<Image> images) {
            rows.computeIfAbsent(key, k -> new Rows()).add(features.ofScaled(images));
        }

        PersonFigures figures(@Nullable Image identity) {
            boolean hasTime = numbers.size() > 1;
            return new PersonFigures(
                    hasTime ? identity(identity) : Map.of(),
                    original(),
                    hasTime && networks.landmarks() != null ? motion() : null);
        }

        private Map<String, OriginalLikeness> original() {
            Map<String, OriginalLikeness> original = new LinkedHashMap<>();
            for (Recogniser recogniser : networks.recognisers()) {
                String key = recogniser.key();
                original.put(key, OriginalLikeness.of(all(key + "/in"), all(key), recogniser.threshold()));
            }
            return original;
        }

        Map<String, TemporalFigures> identity(@Nullable Image identity) {
            Map<String, TemporalFigures> figures = new LinkedHashMap<>();
            for (Recogniser recogniser : networks.recognisers()) {
                HostArray wanted =
                        identity == null ? null : recogniser.features().ofScaled(List.of(identity));
                figures.put(recogniser.key(), TemporalFigures.of(numbers(), all(recogniser.key()), wanted));
            }
            return figures;
        }

        private TemporalMotion motion() {
            FactorLayout layout = networks.layout();
            Map<String, double[][]> curves =
                    layout == null ? Map.of() : TemporalMotion.curves(layout, all("factors/in"), all("factors/out"));
            return TemporalMotion.of(
                    numbers(), placed(all("landmarks/in")), placed(all("landmarks/out")), resolution, curves);
        }

        /** Landmarks in the frame, in units of the mean side of the face. */
        private HostArray placed(HostArray fractions) {
            double side = places.stream().mapToDouble(FaceFrame::side).average().orElseThrow();
            int width = fractions.shape().dim(1);
            float[] placed = fractions.data().clone();
            for (int i = 0; i < placed.length; i += 2) {
                Point point = places.get(i / width).inPhoto(placed[i], placed[i + 1]);
                placed[i] = (float) (point.x() / side);
                placed[i + 1] = (float) (point.y() / side);
            }
            return new HostArray(fractions.shape(), placed);
        }

        private int[] numbers() {
            return numbers.stream().mapToInt(Integer::intValue).toArray();
        }

        private HostArray all(String key) {
            return Objects.requireNonNull(rows.get(key), key).all();
        }
    }
}
