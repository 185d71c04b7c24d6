package org.semblance.networks.stylegan2;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.SynthesisSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Filter;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The synthesis network: blocks from 4x4 to the full resolution. */
final class Synthesis {
    private final int numWs;
    private final int wDim;
    private final Filter filter;
    private final float clamp;
    private final List<SynthesisBlock> blocks = new ArrayList<>();

    Synthesis(Parameters p, GeneratorConfig config, Filter filter) {
        numWs = config.numWs();
        wDim = config.wDim();
        this.filter = filter;
        clamp = config.clamp();
        for (int r = 4; r <= config.resolution(); r *= 2) {
            blocks.add(new SynthesisBlock(p, config, r, filter));
        }
    }

    /**
     * Style codes to a picture.
     *
     * @param ws {@code [N, numWs, wDim]}
     * @param spy sees the feature map and picture of every block under the names {@code b4.x}, {@code b4.img}, ...
     * @return {@code [N, C, R, R]}, about [-1, 1]
     */
    Tensor apply(Tensor ws, Noise noise, @Nullable BiConsumer<String, Tensor> spy) {
        check(ws);
        return Scope.in("synthesis", () -> {
            List<Tensor> rows = rows(ws);
            State state = new State(null, null);
            for (SynthesisBlock block : blocks) {
                state = step(block, state, rows, noise);
                report(block, state, spy);
            }
            return state.requireImage();
        });
    }

    /** @throws IllegalArgumentException unless it is {@code [N, numWs, wDim]} */
    void check(Tensor ws) {
        if (ws.rank() != 3 || ws.dim(1) != numWs || ws.dim(2) != wDim) {
            throw new IllegalArgumentException(
                    "synthesis: ws must be [N, " + numWs + ", " + wDim + "], got " + ws.shape());
        }
    }

    /** The network for a plan; of the skip architecture and frozen. */
    SynthesisSpec describe() {
        return new SynthesisSpec(
                wDim,
                numWs,
                blocks.get(0).constant().array(),
                blocks.stream().flatMap(b -> b.describeLayers().stream()).toList(),
                blocks.stream().map(SynthesisBlock::describePicture).toList(),
                filter.plane(),
                blocks.get(0).act(),
                clamp);
    }

    private static State step(SynthesisBlock block, State before, List<Tensor> rows, Noise noise) {
        try (Scope scope = Scope.open("b" + block.resolution())) {
            State after = block.apply(before, rows, noise);
            return after.keptBy(scope);
        }
    }

    private List<Tensor> rows(Tensor ws) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < numWs; i++) {
            rows.add(Shapes.select(ws, 1, i));
        }
        return rows;
    }

    private static void report(SynthesisBlock block, State state, @Nullable BiConsumer<String, Tensor> spy) {
        if (spy == null) {
            return;
        }
        String name = "b" + block.resolution();
        if (state.features() != null) {
            spy.accept(name + ".x", state.features());
        }
        if (state.image() != null) {
            spy.accept(name + ".img", state.image());
        }
    }

    /** What goes from block to block. */
    record State(@Nullable Tensor features, @Nullable Tensor image) {
        Tensor requireImage() {
            if (image == null) {
                throw new IllegalStateException("synthesis: the last block made no picture");
            }
            return image;
        }

        State keptBy(Scope scope) {
            if (features != null) {
                scope.keep(features);
            }
            if (image != null) {
                scope.keep(image);
            }
            return this;
        }
    }
}
