package org.semblance.tensor;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode gradients. The walk is iterative, by falling creation rank; each rule runs in a scope of its own. With
 * {@link #recorded} the gradients carry history, so that gradients of gradients can be asked, to any order.
 *
 * <pre>{@code
 * Tensor dx = Gradients.of(loss).wrt(x);
 * List<Tensor> all = Gradients.of(y).seed(g).recorded().wrt(List.of(x, w));
 * }</pre>
 */
public final class Gradients {
    private final Tensor output;
    private @Nullable Tensor seed;
    private boolean recorded;

    private Gradients(Tensor output) {
        this.output = output;
    }

    /** Gradients of this tensor; of the sum of its elements unless a {@link #seed} says otherwise. */
    public static Gradients of(Tensor output) {
        return new Gradients(output);
    }

    /** Sets the upstream gradient, of the output's shape. */
    public Gradients seed(Tensor upstream) {
        if (!upstream.shape().equals(output.shape())) {
            throw new IllegalArgumentException(
                    "gradients: the seed must have the output's shape, got " + upstream + " [output=" + output + "]");
        }
        seed = upstream;
        return this;
    }

    /** Keeps the history of the gradients themselves. */
    public Gradients recorded() {
        recorded = true;
        return this;
    }

    /** The gradient with respect to one tensor. */
    public Tensor wrt(Tensor x) {
        return wrt(List.of(x)).get(0);
    }

    /**
     * The gradients with respect to these tensors, in this order, in the current scope; zeros where the output does not
     * depend on one.
     *
     * @throws IllegalArgumentException if one of them is not tracked
     */
    public List<Tensor> wrt(List<Tensor> xs) {
        for (Tensor x : xs) {
            if (!x.isTracked()) {
                throw new IllegalArgumentException("gradients: " + x + " is not tracked; call track() before using it");
            }
        }
        Supplier<List<Tensor>> walk = () -> new Walk(xs).run();
        return recorded ? walk.get() : Recording.paused(walk);
    }

    private final class Walk {
        private final List<Tensor> targets;
        private final Set<Node> useful = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Map<Tensor, Tensor> grads = new IdentityHashMap<>();
        private final Map<Node, Tensor> outputs = new IdentityHashMap<>();
        private final PriorityQueue<Node> queue =
                new PriorityQueue<>(Comparator.comparingLong(Node::rank).reversed());
        private final Set<Tensor> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        /** Gradients that nothing but this walk holds. */
        private final Set<Tensor> ours = Collections.newSetFromMap(new IdentityHashMap<>());

        Walk(List<Tensor> targets) {
            this.targets = targets;
            wanted.addAll(targets);
        }

        List<Tensor> run() {
            markUseful();
            add(output, seed != null ? seed : Tensor.full(output.device(), output.shape(), 1));
            while (!queue.isEmpty()) {
                step(queue.remove());
            }
            return targets.stream().map(this::result).toList();
        }

        private Tensor result(Tensor x) {
            Tensor g = grads.get(x);
            return g != null ? g : Tensor.zeros(x.device(), x.shape());
        }

        /** Finds, iteratively, the nodes from which a target can be reached. */
        private void markUseful() {
            Map<Node, Boolean> known = new IdentityHashMap<>();
            ArrayDeque<Node> stack = new ArrayDeque<>();
            if (output.node() != null) {
                stack.push(output.node());
            }
            while (!stack.isEmpty()) {
                Node node = stack.peek();
                if (known.containsKey(node)) {
                    stack.pop();
                    continue;
                }
                boolean waiting = false;
                for (Node.Input input : node.inputs()) {
                    Node inner = input.tensor().node();
                    if (inner != null && !known.containsKey(inner)) {
                        stack.push(inner);
                        waiting = true;
                    }
                }
                if (!waiting) {
                    stack.pop();
                    known.put(node, node.inputs().stream().anyMatch(i -> leads(i.tensor(), known)));
                }
            }
            known.forEach((node, leads) -> {
                if (leads) {
                    useful.add(node);
                }
            });
        }

        private boolean leads(Tensor t, Map<Node, Boolean> known) {
            return wanted.contains(t) || (t.node() != null && known.getOrDefault(t.node(), false));
        }

        private void step(Node node) {
            Tensor y = Objects.requireNonNull(outputs.remove(node));
            Tensor g = Objects.requireNonNull(grads.get(y));
            List<Node.Input> asked =
                    node.inputs().stream().filter(i -> isAsked(i.tensor())).toList();
            if (node.joint() != null) {
                deriveJointly(node, node.joint(), asked, g);
            } else {
                asked.forEach(input -> add(input.tensor(), derive(node, input, g)));
            }
            if (!wanted.contains(y)) {
                drop(y, g);
            }
        }

        private boolean isAsked(Tensor x) {
            return wanted.contains(x) || (x.node() != null && useful.contains(x.node()));
        }

        private Tensor derive(Node node, Node.Input input, Tensor g) {
            try (Scope inner = Scope.open("gradient of " + node.op())) {
                return checked(input.rule().apply(g, input.saved()), node, input, inner);
            }
        }

        private void deriveJointly(Node node, JointRule rule, List<Node.Input> asked, Tensor g) {
            if (asked.isEmpty()) {
                return;
            }
            boolean[] needed = new boolean[node.joinedInputs()];
            asked.forEach(input -> needed[input.index()] = true);
            Map<Node.Input, Tensor> results = new IdentityHashMap<>();
            try (Scope inner = Scope.open("gradient of " + node.op())) {
                @Nullable Tensor[] all = rule.apply(g, asked.get(0).saved(), needed);
                for (Node.Input input : asked) {
                    Tensor dx = Objects.requireNonNull(all[input.index()], "a gradient that was asked");
                    results.put(input, checked(dx, node, input, inner));
                }
            }
            asked.forEach(input -> add(input.tensor(), Objects.requireNonNull(results.get(input))));
        }

        /** Checks a gradient, notes whether this walk alone holds it, and hands it out of the rule's scope. */
        private Tensor checked(Tensor dx, Node node, Node.Input input, Scope inner) {
            requireShape(dx, node, input);
            if (dx.scope() == inner) {
                ours.add(dx);
            } else {
                ours.remove(dx);
            }
            return inner.keep(dx);
        }

        private void requireShape(Tensor dx, Node node, Node.Input input) {
            if (!dx.shape().equals(input.tensor().shape())) {
                throw new IllegalStateException("gradients: the rule of " + node.op() + " gave " + dx.shape()
                        + " for an input of " + input.tensor().shape());
            }
        }

        private void add(Tensor x, Tensor g) {
            Tensor before = grads.get(x);
            if (before == null) {
                grads.put(x, g);
                if (x.node() != null && useful.contains(x.node())) {
                    outputs.put(x.node(), x);
                    queue.add(x.node());
                }
                return;
            }
            Tensor sum = Sum.of(before, g);
            free(before);
            free(g);
            ours.add(sum);
            grads.put(x, sum);
        }

        private void drop(Tensor y, Tensor g) {
            grads.remove(y);
            free(g);
        }

        /** Frees a gradient that nothing else can reach: never one with history, a seed, or a shared tensor. */
        private void free(Tensor g) {
            if (!recorded && ours.remove(g)) {
                g.scope().freeEarly(g);
            }
        }
    }
}
