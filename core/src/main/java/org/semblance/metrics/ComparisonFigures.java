package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.semblance.image.Image;
import org.semblance.metrics.Measurements.Of;

/** What the user's own networks compare ({@link Comparison}), batch by batch, and the figures of it. */
final class ComparisonFigures {
    private final MeasuringNetworks networks;
    private final Measurements measured;

    ComparisonFigures(MeasuringNetworks networks, Measurements measured) {
        this.networks = networks;
        this.measured = measured;
    }

    /** Takes the distances of some pairs. */
    void add(Pairs pairs, List<Image> outputs, List<Image> reconstructions) {
        networks.comparisons().forEach((what, distance) -> {
            if (what.ofReconstruction()) {
                add(what, Of.OUTPUT, distance, reconstructions, pairs.identities());
                return;
            }
            List<Image> wanted = what.ofIdentity() ? pairs.identities() : pairs.attributes();
            List<Image> other = what.ofIdentity() ? pairs.attributes() : pairs.identities();
            add(what, Of.OUTPUT, distance, outputs, wanted);
            add(what, other(what), distance, other, wanted);
            Pairs.Truth truth = pairs.truth();
            if (truth != null) {
                add(what, Of.SWAP, distance, truth.swaps(), wanted);
            }
        });
    }

    /** The picture that an output should not be like. */
    private static Of other(Comparison what) {
        return what.ofIdentity() ? Of.ATTRIBUTES : Of.IDENTITY;
    }

    private void add(Comparison what, Of of, ImageDistance distance, List<Image> made, List<Image> wanted) {
        double[] numbers = distance.of(made, wanted);
        if (numbers.length != made.size()) {
            throw new IllegalArgumentException(
                    what.key() + ": distances must be one per pair, " + made.size() + ", got " + numbers.length);
        }
        for (double number : numbers) {
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException(what.key() + ": distances must be finite, got " + number);
            }
        }
        measured.add(what.key(), of, numbers);
    }

    /** Of reconstructions. */
    List<Figure> reconstruction(Bootstrap bootstrap) {
        return Stream.of(Comparison.values())
                .filter(Comparison::ofReconstruction)
                .map(what -> has(what) ? figure(what, Of.OUTPUT, "", what.title(), bootstrap) : missing(what))
                .toList();
    }

    /** Of outputs; the pose is missing only where no factors tell it either. */
    List<Figure> outputs(Bootstrap bootstrap) {
        boolean posed = FactorFigures.tellsPose(networks.layout());
        List<Figure> figures = new ArrayList<>();
        for (Comparison what : Comparison.values()) {
            if (has(what) && !what.ofReconstruction()) {
                figures.add(figure(what, Of.OUTPUT, "", what.title(), bootstrap));
                if (measured.has(what.key(), Of.SWAP)) {
                    figures.add(figure(what, Of.SWAP, "_swap", "  of a true swap (yardstick)", bootstrap));
                }
                figures.add(figure(what, other(what), "_unmoved", "  of the other picture (nothing moved)", bootstrap));
            } else if (!what.ofReconstruction() && !(what.ofPose() && posed)) {
                figures.add(missing(what));
            }
        }
        return figures;
    }

    private boolean has(Comparison what) {
        return networks.comparisons().containsKey(what);
    }

    private static Figure missing(Comparison what) {
        return Figure.missing(what.key(), what.title(), "no network '" + what.role() + "'");
    }

    private Figure figure(Comparison what, Of of, String end, String title, Bootstrap bootstrap) {
        return Figure.of(what.key() + end, title, what.unit(), bootstrap.mean(measured.numbers(what.key(), of)));
    }
}
