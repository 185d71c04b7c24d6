package org.semblance.cpu;

import java.util.Arrays;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.View;

/** Whole-array changes of layout of images, which oneDNN does with blocked transposes. */
final class Relayout {
    private final Dnnl dnnl;
    private final PlanCache<Dnnl.Plan> plans = new PlanCache<>();

    Relayout(Dnnl dnnl) {
        this.dnnl = dnnl;
    }

    private record Key(Shape shape, boolean toChannelsLast) {}

    /** Copies x to y if the view is all of x in its logical order and the layouts differ; says whether it did. */
    boolean tryRun(NdArray x, View view, NdArray y) {
        if (x.layout() == y.layout() || !isWhole(x, view)) {
            return false;
        }
        Key key = new Key(x.shape(), !y.isPlain());
        Dnnl.Plan plan = plans.get(key, () -> dnnl.reorder(Dnnl.desc(x), Dnnl.desc(y)));
        dnnl.run(plan, x.address(), y.address());
        return true;
    }

    private static boolean isWhole(NdArray x, View view) {
        View all = View.all(x);
        return view.offset() == 0 && view.shape().equals(x.shape()) && Arrays.equals(view.strides(), all.strides());
    }
}
