package org.semblance.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;

/**
 * Lets a mapper begin with a step along a direction for each class that its attribute code says.
 *
 * <p>With the margin {@code m}, the logit of the class less the mean of the others, two units of the first hidden
 * layer are {@code lrelu(m / 4 + 1/2)} and {@code lrelu(m / 4 - 1/2)}, so their difference, a unit of the second, is
 * the slope of the leaky ReLU where m is below -2, and 1 above 2; further layers hand it on. The last layer makes of it
 * 0 or the step. These are the last units of each hidden layer, in place of what a trained mapper had there; all others
 * begin as they were, but hear nothing from those any more.
 */
public final class DirectionUnits {
    static final float GAIN = 0.25f;
    static final float EDGE = 0.5f;

    private final Map<String, HostArray> values = new LinkedHashMap<>();
    private final List<Integer> widths;
    private final float slope;
    private final List<ClassDirection> directions;

    private DirectionUnits(
            Map<String, HostArray> mapper, List<Integer> widths, float slope, List<ClassDirection> directions) {
        mapper.forEach(
                (name, v) -> values.put(name, new HostArray(v.shape(), v.data().clone())));
        this.widths = widths;
        this.slope = slope;
        this.directions = directions;
    }

    /**
     * Where the logits are among a mapper's inputs.
     *
     * @param first input
     * @param count of all classes, at least 2
     */
    public record Logits(int first, int count) {
        /** @throws IllegalArgumentException if a mapper of so many inputs has fewer from the first on */
        public void requireIn(int inputs) {
            Require.that(
                    inputs - first >= count,
                    "attribute code",
                    "at least " + count + " numbers, one for each class that the attribute teacher reads",
                    inputs - first);
        }

        /** What a class's logit, k, adds to the margin of another or the same class. */
        float share(int k, int of) {
            return k == of ? 1 : -1f / (count - 1);
        }
    }

    /**
     * A mapper's first values with such units.
     *
     * @param mapper values by name, which stay as they are
     * @param widths features in, of at least two hidden layers, and out
     * @param slope of the leaky ReLU between them, in [0, 1)
     * @throws IllegalArgumentException if there are too few layers, units or features, or the slope is another
     */
    public static Map<String, HostArray> in(
            Map<String, HostArray> mapper,
            List<Integer> widths,
            float slope,
            Logits logits,
            List<ClassDirection> directions) {
        requireRoom(widths, directions.size());
        Require.that(slope >= 0 && slope < 1, "slope of the mapper", "in [0, 1) for schedule.classPath", slope);
        logits.requireIn(widths.get(0));
        return new DirectionUnits(mapper, widths, slope, directions).with(logits);
    }

    private static void requireRoom(List<Integer> widths, int count) {
        List<Integer> hidden = widths.subList(1, widths.size() - 1);
        boolean room = hidden.size() >= 2
                && hidden.get(0) >= 2 * count
                && hidden.stream().allMatch(width -> width >= count);
        Require.that(
                room,
                "hidden layers of the mapper",
                "at least two, the first at least " + 2 * count + " and all at least " + count
                        + ", for schedule.classPath",
                hidden);
    }

    private Map<String, HostArray> with(Logits logits) {
        int last = widths.size() - 1;
        for (int layer = 1; layer <= last; layer++) {
            clear(layer);
        }
        for (int j = 0; j < directions.size(); j++) {
            for (int side = 0; side < 2; side++) {
                int unit = first(1) + 2 * j + side;
                hear(unit, directions.get(j).logit(), logits);
                bias(1)[unit] = side == 0 ? EDGE : -EDGE;
                weight(2)[at(2, first(2) + j, unit)] = side == 0 ? 1 : -1;
            }
            for (int layer = 3; layer < last; layer++) {
                weight(layer)[at(layer, first(layer) + j, first(layer - 1) + j)] = 1;
            }
            step(last, first(last - 1) + j, directions.get(j));
        }
        return values;
    }

    /** Nothing goes into a layer's own units yet, nor from those of the layer before to any unit. */
    private void clear(int layer) {
        boolean hidden = layer < widths.size() - 1;
        int own = hidden ? first(layer) : widths.get(layer);
        int before = layer == 1 ? widths.get(0) : first(layer - 1);
        float[] weight = weight(layer);
        for (int i = 0; i < weight.length; i++) {
            boolean clear = i / widths.get(layer - 1) >= own || i % widths.get(layer - 1) >= before;
            weight[i] = clear ? 0 : weight[i];
        }
        for (int i = own; i < widths.get(layer); i++) {
            bias(layer)[i] = 0;
        }
    }

    private void hear(int unit, int logit, Logits logits) {
        for (int k = 0; k < logits.count(); k++) {
            weight(1)[at(1, unit, logits.first() + k)] = GAIN * logits.share(k, logit);
        }
    }

    private void step(int last, int unit, ClassDirection direction) {
        float full = (float) (direction.length() / (1 - slope));
        for (int i = 0; i < widths.get(last); i++) {
            float along = direction.direction().data()[i];
            weight(last)[at(last, i, unit)] = full * along;
            bias(last)[i] -= slope * full * along;
        }
    }

    /** The first of a hidden layer's units that are set. */
    private int first(int layer) {
        return widths.get(layer) - directions.size() * (layer == 1 ? 2 : 1);
    }

    private int at(int layer, int row, int column) {
        return row * widths.get(layer - 1) + column;
    }

    private float[] weight(int layer) {
        return data("linear" + layer + ".weight");
    }

    private float[] bias(int layer) {
        return data("linear" + layer + ".bias");
    }

    private float[] data(String name) {
        HostArray found = values.get(name);
        if (found == null) {
            throw new IllegalStateException("direction units: the mapper has no " + name);
        }
        return found.data();
    }
}
