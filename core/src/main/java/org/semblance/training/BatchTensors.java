package org.semblance.training;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Brings batches to the device, making pictures of random codes there. */
final class BatchTensors {
    private final Device device;
    private final StyleGenerator generator;
    private final float psi;
    private final Precision precision;

    /** @param precision of training; below float32 pictures are made in half precision, which is more exact */
    BatchTensors(Device device, StyleGenerator generator, double psi, Precision precision) {
        this.device = device;
        this.generator = generator;
        this.psi = (float) psi;
        this.precision = precision == Precision.FLOAT32 ? precision : Precision.FLOAT16;
    }

    /** Pictures of some rows, and the style codes of the leading ones as far as they are known. */
    private record Rows(Tensor images, @Nullable Tensor codes) {}

    /** What a step works on, in the current scope. */
    StepInput of(HostBatch batch) {
        HostArray z = batch.realZ();
        Tensor real = z == null ? null : Scope.in("real codes", () -> style(Tensor.of(device, z)));
        Rows same = batch.same().isEmpty() ? null : rows(batch.same());
        if (batch.crossRows() == 0 && batch.swaps().isEmpty() && same != null) {
            return new StepInput(same.images(), same.images(), 0, real, same.codes());
        }
        List<Tensor> identities = new ArrayList<>();
        List<Tensor> attributes = new ArrayList<>();
        if (same != null) {
            identities.add(same.images());
            attributes.add(same.images());
        }
        int n = batch.crossRows();
        if (n > 0) {
            Tensor drawn = rows(batch.cross()).images();
            identities.add(Shapes.narrow(drawn, 0, 0, n));
            attributes.add(drawn.dim(0) == n ? rolled(drawn) : Shapes.narrow(drawn, 0, n, drawn.dim(0)));
        }
        Tensor swaps = swaps(batch.swaps(), identities, attributes);
        return new StepInput(
                Shapes.concat(0, identities),
                Shapes.concat(0, attributes),
                n + (swaps == null ? 0 : swaps.dim(0)),
                real,
                same == null ? null : same.codes(),
                swaps);
    }

    /** Adds both sources of known swaps to the others', and gives their results, or null where there are none. */
    private @Nullable Tensor swaps(List<Samples> parts, List<Tensor> identities, List<Tensor> attributes) {
        List<Tensor> results = new ArrayList<>();
        for (Samples part : parts) {
            Samples.Swaps swaps = part.swaps();
            HostArray who = part.images();
            if (swaps == null || who == null) {
                throw new IllegalStateException("samples: known swaps are needed, got samples without results");
            }
            identities.add(Tensor.of(device, who));
            attributes.add(Tensor.of(device, swaps.attributes()));
            results.add(Tensor.of(device, swaps.results()));
        }
        return results.isEmpty() ? null : Shapes.concat(0, results);
    }

    /** Every row takes the place of the one before it. */
    private static Tensor rolled(Tensor rows) {
        int n = rows.dim(0);
        return Shapes.concat(0, List.of(Shapes.narrow(rows, 0, 1, n), Shapes.narrow(rows, 0, 0, 1)));
    }

    private Rows rows(List<Samples> parts) {
        List<Tensor> images = new ArrayList<>();
        List<Tensor> codes = new ArrayList<>();
        boolean known = true;
        for (Samples part : parts) {
            Rows rows = part(part);
            images.add(rows.images());
            known &= rows.codes() != null;
            if (known && rows.codes() != null) {
                codes.add(rows.codes());
            }
        }
        return new Rows(Shapes.concat(0, images), codes.isEmpty() ? null : Shapes.concat(0, codes));
    }

    private Rows part(Samples part) {
        HostArray images = part.images();
        if (images != null) {
            HostArray w = part.w();
            return new Rows(Tensor.of(device, images), w == null ? null : Tensor.of(device, w));
        }
        HostArray z = part.z();
        if (z == null) {
            throw new IllegalStateException("samples: neither pictures nor codes");
        }
        Tensor w = Scope.in("codes", () -> style(Tensor.of(device, z)));
        return new Rows(Scope.in("pictures", () -> picture(w)), w);
    }

    /** Random codes to style codes, truncated alike for all layers. */
    private Tensor style(Tensor z) {
        Tensor w = generator.map(z, null);
        if (psi == 1) {
            return w;
        }
        Tensor mean = Shapes.reshape(generator.wAvg(), 1, w.dim(1));
        return Elementwise.add(mean, Elementwise.scale(Elementwise.sub(w, mean), psi));
    }

    private Tensor picture(Tensor w) {
        Tensor image = generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant(), precision);
        return Elementwise.clamp(image, -1, 1);
    }

    /** Mean and deviation of style codes of these random codes, in the current scope. */
    LatentStatistics statistics(HostArray z) {
        try (Scope scope = Scope.open("statistics")) {
            Tensor w = style(Tensor.of(device, z));
            Tensor mean = Reduce.mean(w, 0);
            Tensor variance = Reduce.mean(Elementwise.square(Elementwise.sub(w, mean)), 0);
            Tensor deviation = Elementwise.sqrt(Elementwise.shift(variance, 1e-8f));
            return new LatentStatistics(scope.keep(mean), scope.keep(deviation));
        }
    }
}
