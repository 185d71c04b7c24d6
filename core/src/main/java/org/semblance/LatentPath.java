package org.semblance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.semblance.Disentangler.Space;
import org.semblance.array.HostArray;
import org.semblance.image.Image;

/**
 * The way from one head to another on which only the identity changes, or only the attributes. Made by {@link
 * Disentangler#identityPath} and {@link Disentangler#attributePath}; valid until the pipeline is closed.
 *
 * <p>In {@link Space#Z} the changing part of {@code [identity, attributes]} follows the curve, in {@link Space#W} the
 * style code does. Pictures at 0 and 1 equal those of {@link Disentangler#swap(Image, Image)} to the last bit.
 */
public final class LatentPath {
    private final Disentangler pipeline;
    private final Space space;
    private final Curve curve;
    private final float[] from;
    private final float[] to;
    private final float[] before;
    private final float[] after;

    private LatentPath(Disentangler pipeline, Space space, Curve curve, Ends z) {
        this.pipeline = pipeline;
        this.space = space;
        this.curve = curve;
        boolean isZ = space == Space.Z;
        this.from = isZ ? z.from : mapped(pipeline, z.joined(z.from));
        this.to = isZ ? z.to : mapped(pipeline, z.joined(z.to));
        this.before = isZ ? z.before : new float[0];
        this.after = isZ ? z.after : new float[0];
    }

    /** What changes, and what stays in front of and behind it. */
    private record Ends(float[] from, float[] to, float[] before, float[] after) {
        float[] joined(float[] changing) {
            return LatentPath.joined(before, changing, after);
        }
    }

    static LatentPath ofIdentities(
            Disentangler pipeline, float[] from, float[] to, float[] attributes, Space space, Curve curve) {
        return new LatentPath(pipeline, space, curve, new Ends(from, to, new float[0], attributes));
    }

    static LatentPath ofAttributes(
            Disentangler pipeline, float[] identity, float[] from, float[] to, Space space, Curve curve) {
        return new LatentPath(pipeline, space, curve, new Ends(from, to, identity, new float[0]));
    }

    private static float[] mapped(Disentangler pipeline, float[] z) {
        return pipeline.mapper().map(Batches.row(z)).data();
    }

    private static float[] joined(float[] a, float[] b, float[] c) {
        float[] all = Arrays.copyOf(a, a.length + b.length + c.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        System.arraycopy(c, 0, all, a.length + b.length, c.length);
        return all;
    }

    /** The code in its space at t: at 0 and 1 exactly the ends, outside [0, 1] beyond them. */
    public float[] code(double t) {
        return joined(before, curve.at(from, to, t), after);
    }

    /**
     * The pictures at these places, in their order. The ends go through the networks alone, as a swap does: together
     * with others they may round differently.
     *
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public List<Image> draw(double... fractions) {
        if (fractions.length == 0) {
            throw new IllegalArgumentException("interpolate: at least one fraction is needed, got none");
        }
        List<HostArray> inner = new ArrayList<>();
        for (double t : fractions) {
            if (!Double.isFinite(t)) {
                throw new IllegalArgumentException("interpolate: fractions must be finite, got " + t);
            }
            if (!isEnd(t)) {
                inner.add(Batches.row(code(t)));
            }
        }
        Iterator<Image> between = (inner.isEmpty() ? List.<Image>of() : drawn(Batches.joined(inner))).iterator();
        List<Image> all = new ArrayList<>();
        for (double t : fractions) {
            all.add(isEnd(t) ? drawn(Batches.row(code(t))).get(0) : between.next());
        }
        return all;
    }

    private static boolean isEnd(double t) {
        return t == 0 || t == 1;
    }

    private List<Image> drawn(HostArray codes) {
        return pipeline.generator()
                .synthesise(space == Space.Z ? pipeline.mapper().map(codes) : codes);
    }
}
