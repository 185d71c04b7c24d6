package org.semblance.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.networks.StagedFeatures;
import org.semblance.nn.Losses;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What the identity encoder should say of outputs: embeddings of all rows, and maps where the result is known. */
final class IdentityTargets {
    private final StepNetworks networks;
    private final LossConfig config;

    IdentityTargets(StepNetworks networks, LossConfig config) {
        this.networks = networks;
        this.config = config;
    }

    /** Whether the step compares maps. */
    boolean hasMaps(StepInput in) {
        return config.perceptual() > 0 && in.sameRows() + in.swapRows() > 0;
    }

    /**
     * What the identity encoder says of the identity pictures, and its maps of what is wanted where that is known: of
     * pictures that are both sources, then of true swaps.
     */
    StagedFeatures of(StepInput in) {
        try (Scope scope = Scope.open("identity targets")) {
            boolean maps = hasMaps(in);
            int asked = maps ? Math.max(in.unreadRows(), in.sameRows()) : in.unreadRows();
            StagedFeatures seen = asked == 0 ? null : networks.identity().apply(first(in.identities(), asked));
            List<Tensor> stages = maps ? wantedMaps(in, seen) : List.of();
            stages.forEach(scope::keep);
            return new StagedFeatures(stages, scope.keep(embeddings(in, seen)));
        }
    }

    /** Of all identity pictures; where they are not known already, the encoder has seen at least these. */
    private static Tensor embeddings(StepInput in, @Nullable StagedFeatures seen) {
        SourceReadings known = in.readings();
        if (seen == null || in.unreadRows() == 0) {
            return Objects.requireNonNull(known).identity();
        }
        Tensor own = first(seen.rows(), in.unreadRows());
        return known == null ? own : Shapes.concat(0, List.of(own, known.identity()));
    }

    private List<Tensor> wantedMaps(StepInput in, @Nullable StagedFeatures seen) {
        Tensor swaps = in.swaps();
        List<Tensor> same = seen == null || in.sameRows() == 0 ? List.of() : leading(seen);
        List<Tensor> known =
                swaps == null ? List.of() : leading(networks.identity().apply(swaps));
        List<Tensor> stages = new ArrayList<>();
        for (int k = 0; k < config.perceptualStages(); k++) {
            List<Tensor> parts = new ArrayList<>();
            if (!same.isEmpty()) {
                parts.add(Shapes.narrow(same.get(k), 0, 0, in.sameRows()));
            }
            if (!known.isEmpty()) {
                parts.add(known.get(k));
            }
            stages.add(parts.size() == 1 ? parts.get(0) : Shapes.concat(0, parts));
        }
        return stages;
    }

    private List<Tensor> leading(StagedFeatures features) {
        LossChecks.stages(config, features.stages().size());
        return features.stages().subList(0, config.perceptualStages());
    }

    /** How far maps of outputs are from those that are wanted: the mean over stages of the share of absolute values. */
    static Tensor difference(StepInput in, StagedFeatures seen, StagedFeatures wanted) {
        Tensor sum = null;
        for (int k = 0; k < wanted.stages().size(); k++) {
            Tensor target = wanted.stages().get(k);
            Tensor off = Losses.relativeAbsolute(known(in, seen.stages().get(k)), target);
            sum = sum == null ? off : Elementwise.add(sum, off);
        }
        return Elementwise.scale(
                Objects.requireNonNull(sum), 1f / wanted.stages().size());
    }

    /** The rows whose result is known: those with one source, then those whose true swap is known. */
    private static Tensor known(StepInput in, Tensor rows) {
        Tensor same = Shapes.narrow(rows, 0, 0, in.sameRows());
        return in.swapRows() == 0
                ? same
                : Shapes.concat(0, List.of(same, Shapes.narrow(rows, 0, in.rows() - in.swapRows(), in.rows())));
    }

    /** The first rows, or all of them as they are. */
    private static Tensor first(Tensor rows, int count) {
        return count == rows.dim(0) ? rows : Shapes.narrow(rows, 0, 0, count);
    }
}
