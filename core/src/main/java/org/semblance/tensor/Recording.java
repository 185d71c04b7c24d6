package org.semblance.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes how a tensor came to be. One rule per differentiable input, each declaring what it saves; an input that is not
 * tracked drops its rule and its saves, so a frozen network costs no memory and no weight gradients.
 *
 * <pre>{@code
 * return Recording.of("mul", y)
 *         .input(a, (g, s) -> mul(g, s[0]), b)
 *         .input(b, (g, s) -> mul(g, s[0]), a)
 *         .done();
 * }</pre>
 */
public final class Recording {
    private static final AtomicLong RANKS = new AtomicLong();
    private static final ThreadLocal<Boolean> PAUSED = ThreadLocal.withInitial(() -> false);

    private static final Rule NO_RULE = (g, saved) -> {
        throw new IllegalStateException("recording: this input has a joint rule");
    };

    private final String op;
    private final Tensor output;
    private final List<Node.Input> inputs = new ArrayList<>(3);
    private @Nullable JointRule joint;
    private int count;

    private Recording(String op, Tensor output) {
        this.op = op;
        this.output = output;
    }

    /** Begins the record of the operation that made this tensor. */
    public static Recording of(String op, Tensor output) {
        return new Recording(op, output);
    }

    /** Adds an input with its rule and what the rule reads; the output itself may be among the saved. */
    public Recording input(Tensor x, Rule rule, Tensor... saved) {
        if (x.isTracked() && !PAUSED.get()) {
            inputs.add(new Node.Input(x, count, rule, saved));
        }
        count++;
        return this;
    }

    /**
     * Adds inputs whose gradients come from one rule, with what it reads; nothing else may be added. The rule's flags
     * and
     * results are in the order of the inputs; flags of trailing inputs that are not tracked may be missing.
     */
    public Recording inputs(List<Tensor> xs, JointRule rule, Tensor... saved) {
        joint = rule;
        for (Tensor x : xs) {
            input(x, NO_RULE, saved);
        }
        return this;
    }

    /** Ends the record and returns the output. */
    public Tensor done() {
        if (!inputs.isEmpty()) {
            output.setNode(new Node(op, RANKS.incrementAndGet(), List.copyOf(inputs), joint));
        }
        return output;
    }

    /** Whether an operation on these inputs would be recorded now. */
    public static boolean isOn(Tensor... inputs) {
        if (PAUSED.get()) {
            return false;
        }
        for (Tensor x : inputs) {
            if (x.isTracked()) {
                return true;
            }
        }
        return false;
    }

    /** The creation rank of the newest record. */
    static long lastRank() {
        return RANKS.get();
    }

    /** Runs work on this thread without recording. */
    public static <T> T paused(Supplier<T> work) {
        boolean before = PAUSED.get();
        PAUSED.set(true);
        try {
            return work.get();
        } finally {
            PAUSED.set(before);
        }
    }
}
