package org.semblance.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/**
 * Hands tensors to a network by the names and shapes that it expects, and fails once, at the end, with everything that
 * does not fit: names missing, names left over, shapes that differ, values that are not finite.
 *
 * <pre>{@code
 * WeightBinder b = WeightBinder.of(weights, "generator");
 * HostArray w = b.take("mapping.fc0.weight", Shape.of(512, 512));
 * b.ignore(name -> name.endsWith("resample_filter"));
 * b.finish();   // nothing taken may be used before this returned
 * }</pre>
 *
 * <p>What does not fit is replaced by zeros until {@link #finish} refuses the whole. For one thread.
 */
public final class WeightBinder {
    private static final long MOST_ZEROS = 1 << 24;
    /** Of each kind of problem; a file of another network has thousands. */
    private static final int MOST_NAMED = 100;

    private static final int LONGEST = 500;

    private final Weights weights;
    private final String network;
    private final Set<String> left;
    private final List<String> missing = new ArrayList<>();
    private final List<String> shapes = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();
    private @Nullable IOException firstFailure;
    private long zeros;

    private WeightBinder(Weights weights, String network) {
        this.weights = weights;
        this.network = network;
        this.left = new LinkedHashSet<>(weights.names());
    }

    /** A binder over these weights, for a network of this name (for messages). */
    public static WeightBinder of(Weights weights, String network) {
        return new WeightBinder(weights, network);
    }

    /** Whether the weights have a tensor of this name. */
    public boolean contains(String name) {
        return weights.contains(name);
    }

    /** Extents of a tensor, for networks that read their sizes off the weights; null if there is none of this name. */
    public @Nullable Shape shapeOf(String name) {
        return weights.contains(name) ? weights.shape(name) : null;
    }

    /** The tensor of this name and shape; zeros, and a problem noted, if it is missing or does not fit. */
    public HostArray take(String name, Shape shape) {
        HostArray found = takeIfPresent(name, shape);
        if (found == null) {
            missing.add(name + " " + shape);
            return zeros(shape);
        }
        return found;
    }

    /** The tensor of this name and shape, or null if there is none; zeros, and a problem noted, if it does not fit. */
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        if (!weights.contains(name)) {
            return null;
        }
        left.remove(name);
        Shape got = weights.shape(name);
        if (!got.equals(shape)) {
            shapes.add(origin(name) + " expected " + shape + " but got " + got);
            return zeros(shape);
        }
        return read(name, shape);
    }

    /** Lets names that match stay unused. */
    public void ignore(Predicate<String> names) {
        left.removeIf(names);
    }

    /**
     * Refuses the weights unless all of them fitted and none is left.
     *
     * @throws IOException with every problem in one message
     */
    public void finish() throws IOException {
        List<String> problems = new ArrayList<>();
        list(problems, "missing: ", missing);
        list(problems, "left over: ", left);
        list(problems, "shapes that differ: ", shapes);
        list(problems, "unusable: ", unusable);
        if (!problems.isEmpty()) {
            String text = network + ": weights must fit the network, got " + String.join("; ", problems) + " ["
                    + weights.source() + "]";
            throw new IOException(text, firstFailure);
        }
    }

    /** A name, with the file's where that is another. */
    private String origin(String name) {
        String origin = weights.origin(name);
        return origin.equals(name) ? name : name + " (" + origin + " in the file)";
    }

    private HostArray read(String name, Shape shape) {
        try {
            return weights.get(name);
        } catch (IOException e) {
            firstFailure = firstFailure == null ? e : firstFailure;
            unusable.add(name + " (" + e.getMessage() + ")");
        } catch (IllegalArgumentException e) {
            unusable.add(name + " (" + e.getMessage() + ")");
        }
        return zeros(shape);
    }

    private static void list(List<String> problems, String kind, Collection<String> names) {
        if (!names.isEmpty()) {
            String first = names.stream()
                    .limit(MOST_NAMED)
                    .map(WeightBinder::shortened)
                    .collect(Collectors.joining(", "));
            int more = names.size() - MOST_NAMED;
            problems.add(kind + first + (more > 0 ? " and " + more + " more" : ""));
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** A stand-in for weights that are reported at the end; sizes that no file backs are refused at once. */
    private HostArray zeros(Shape shape) {
        zeros += shape.count();
        if (zeros > MOST_ZEROS) {
            throw new IllegalArgumentException(network + ": weights must fit the network, got none of shape " + shape
                    + " [" + weights.source() + "]");
        }
        return new HostArray(shape, new float[shape.intCount()]);
    }
}
