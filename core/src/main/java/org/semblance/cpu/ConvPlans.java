package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** Builds and keeps the convolution primitives of a process. */
final class ConvPlans {
    private final Dnnl dnnl;
    private final PlanCache<ConvPlan> plans = new PlanCache<>();

    ConvPlans(Dnnl dnnl) {
        this.dnnl = dnnl;
    }

    /**
     * The primitive of a key. Its slots are the two inputs and the output, in the order source, weights, destination or
     * their gradients; then the factor and the summand of the epilogue, where there are any.
     */
    ConvPlan get(ConvKey key) {
        return plans.get(key, () -> make(key));
    }

    private ConvPlan make(ConvKey key) {
        try (primitive_attr attr = new primitive_attr();
                post_ops post = epilogue(key)) {
            attr.set_post_ops(post);
            return switch (key.direction()) {
                case FORWARD -> forward(key, attr);
                case DATA -> data(key, attr);
                case WEIGHTS -> weights(key, attr);
            };
        } catch (RuntimeException e) {
            throw Dnnl.failure("a convolution " + key, e);
        }
    }

    private static post_ops epilogue(ConvKey key) {
        post_ops post = new post_ops();
        ConvKey.Epilogue e = key.epilogue();
        if (e.scaled()) {
            post.append_binary(dnnl_binary_mul, key.perChannel());
        }
        if (e.shifted()) {
            post.append_binary(dnnl_binary_add, key.perChannel());
        }
        if (e.slope() != 1) {
            post.append_eltwise(dnnl_eltwise_relu, e.slope(), 0);
        }
        if (e.clamp() != Float.POSITIVE_INFINITY) {
            post.append_eltwise(dnnl_eltwise_clip, -e.clamp(), e.clamp());
        }
        return post;
    }

    /** Epilogues run fast in inference primitives only; the hints of gradients must be training ones. */
    private convolution_forward.primitive_desc forwardDesc(ConvKey key, primitive_attr attr, int kind) {
        return new convolution_forward.primitive_desc(
                dnnl.engine(),
                kind,
                dnnl_convolution_direct,
                key.image(key.x()),
                key.anyWeights(),
                key.image(key.y()),
                key.strides(),
                key.dilates(),
                key.before(),
                key.after(),
                attr,
                false);
    }

    private ConvPlan forward(ConvKey key, primitive_attr attr) {
        try (var desc = forwardDesc(key, attr, dnnl_forward_inference)) {
            memory.desc weights = desc.weights_desc();
            List<Integer> names = new ArrayList<>(List.of(DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST));
            List<Dnnl.Slot> slots = new ArrayList<>(
                    List.of(dnnl.slot(desc.src_desc()), dnnl.slot(weights), dnnl.slot(desc.dst_desc())));
            int operands = (key.epilogue().scaled() ? 1 : 0) + (key.epilogue().shifted() ? 1 : 0);
            for (int i = 0; i < operands; i++) {
                names.add(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (i + 1) | DNNL_ARG_SRC_1);
                slots.add(dnnl.slot(key.perChannel()));
            }
            Dnnl.Plan main = dnnl.plan(
                    new convolution_forward(desc),
                    names.stream().mapToInt(n -> n).toArray(),
                    slots.toArray(new Dnnl.Slot[0]));
            return plan(desc.impl_info_str().getString(), main, key, weights);
        }
    }

    private ConvPlan data(ConvKey key, primitive_attr attr) {
        try (var hint = forwardDesc(key, attr, dnnl_forward_training);
                var desc = new convolution_backward_data.primitive_desc(
                        dnnl.engine(),
                        dnnl_convolution_direct,
                        key.image(key.x()),
                        key.anyWeights(),
                        key.image(key.y()),
                        key.strides(),
                        key.dilates(),
                        key.before(),
                        key.after(),
                        hint,
                        attr,
                        false)) {
            memory.desc weights = desc.weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new convolution_backward_data(desc),
                    new int[] {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
                    dnnl.slot(desc.diff_dst_desc()),
                    dnnl.slot(weights),
                    dnnl.slot(desc.diff_src_desc()));
            return plan(desc.impl_info_str().getString(), main, key, weights);
        }
    }

    private ConvPlan weights(ConvKey key, primitive_attr attr) {
        try (var hint = forwardDesc(key, attr, dnnl_forward_training);
                var desc = new convolution_backward_weights.primitive_desc(
                        dnnl.engine(),
                        dnnl_convolution_direct,
                        key.image(key.x()),
                        key.anyWeights(),
                        key.image(key.y()),
                        key.strides(),
                        key.dilates(),
                        key.before(),
                        key.after(),
                        hint,
                        attr,
                        false)) {
            memory.desc weights = desc.diff_weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new convolution_backward_weights(desc),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS},
                    dnnl.slot(desc.src_desc()),
                    dnnl.slot(desc.diff_dst_desc()),
                    dnnl.slot(weights));
            return plan(desc.impl_info_str().getString(), main, key, weights);
        }
    }

    private ConvPlan plan(String kernel, Dnnl.Plan main, ConvKey key, memory.desc weights) {
        Dnnl.Plan reorder = key.direction() == ConvKey.Direction.WEIGHTS
                ? dnnl.reorder(weights, key.plainWeights())
                : dnnl.reorder(key.plainWeights(), weights);
        return new ConvPlan(kernel, main, reorder, weights.get_size(), WeightOrder.of(weights, key.swapped()));
    }
}
