package org.semblance.tensor;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors made while it is the innermost scope of its thread, and frees them when it closes.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *     Tensor loss = ...;
 *     report = loss.item(); // a float leaves, not a tensor
 * }
 * }</pre>
 *
 * <p>Scopes of a thread close in reverse order of opening, on that thread. {@link #keep} hands a survivor one level up.
 * An {@linkplain #owned owned} scope holds parameters: it is open only while they are made, then sealed, and whoever
 * made it may close it from any thread.
 */
public final class Scope implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scope.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();
    private static final ThreadLocal<ArrayDeque<Scope>> STACK = ThreadLocal.withInitial(ArrayDeque::new);

    private final String name;
    private final @Nullable Thread thread;
    private final Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AtomicBoolean closed = new AtomicBoolean();
    private final long firstRank = Recording.lastRank();
    private final Cleaner.Cleanable obituary;

    private Scope(String name, @Nullable Thread thread) {
        this.name = name;
        this.thread = thread;
        obituary = CLEANER.register(this, new Obituary(name, closed));
    }

    /** Opens a scope on this thread. */
    public static Scope open() {
        return open("scope");
    }

    /** Opens a scope on this thread under a name for messages. */
    public static Scope open(String name) {
        Scope scope = new Scope(name, Thread.currentThread());
        STACK.get().push(scope);
        return scope;
    }

    /**
     * A sealed scope that holds what the work leaves in it, and nothing else afterwards.
     *
     * @param name for messages
     * @param work makes parameters; temporaries belong into scopes of its own
     */
    public static Scope owned(String name, Runnable work) {
        Scope scope = new Scope(name, null);
        STACK.get().push(scope);
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            STACK.get().remove(scope);
            if (!done) {
                scope.close();
            }
        }
        return scope;
    }

    /** The innermost scope of this thread. @throws IllegalStateException if none is open */
    public static Scope current() {
        Scope top = STACK.get().peek();
        if (top == null) {
            throw new IllegalStateException("scope: a tensor was made with no scope open on thread '"
                    + Thread.currentThread().getName() + "'; open one with Scope.open()");
        }
        return top;
    }

    /**
     * Runs work in a scope of its own, and hands its result to the scope around.
     *
     * @throws IllegalStateException before any work if none is open
     */
    public static Tensor in(String name, Supplier<Tensor> work) {
        current();
        try (Scope scope = open(name)) {
            return scope.keep(work.get());
        }
    }

    /** Name for messages. */
    public String name() {
        return name;
    }

    /** Number of tensors held now. */
    public int size() {
        return tensors.size();
    }

    /**
     * Hands a tensor of this scope to the scope around it, with everything in this scope that its recorded history
     * saved. A tensor that belongs elsewhere stays there. Returns the tensor.
     */
    public Tensor keep(Tensor survivor) {
        Scope parent = parent();
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Node> open = new ArrayDeque<>();
        handWithHistory(survivor, parent, seen, open);
        while (!open.isEmpty()) {
            for (Node.Input input : open.pop().inputs()) {
                visit(input.tensor(), seen, open);
                for (Tensor saved : input.saved()) {
                    handWithHistory(saved, parent, seen, open);
                }
            }
        }
        return survivor;
    }

    private void handWithHistory(Tensor t, Scope parent, Set<Node> seen, ArrayDeque<Node> open) {
        hand(t, parent);
        visit(t, seen, open);
    }

    /** Queues the making of a tensor, if it was recorded in this scope and not met yet. */
    private void visit(Tensor t, Set<Node> seen, ArrayDeque<Node> open) {
        Node node = t.node();
        if (node != null && node.rank() > firstRank && seen.add(node)) {
            open.push(node);
        }
    }

    private void hand(Tensor t, Scope parent) {
        if (tensors.remove(t)) {
            t.moveTo(parent);
            parent.tensors.add(t);
        }
    }

    private Scope parent() {
        ArrayDeque<Scope> stack = STACK.get();
        if (stack.peek() != this || stack.size() < 2) {
            throw new IllegalStateException(
                    "scope: keep needs '" + name + "' to be the innermost scope of this thread, inside another one");
        }
        return stack.stream().skip(1).findFirst().orElseThrow();
    }

    /** Frees one tensor of this scope now. */
    void freeEarly(Tensor t) {
        if (tensors.remove(t)) {
            t.free();
        }
    }

    Tensor adopt(Tensor t) {
        tensors.add(t);
        return t;
    }

    /**
     * Frees the tensors of this scope; closing twice does nothing.
     *
     * @throws IllegalStateException if another thread opened it, or a scope inside it is still open
     */
    @Override
    public void close() {
        if (closed.get()) {
            return;
        }
        if (thread != null) {
            pop();
        }
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        obituary.clean();
        List<Tensor> all = new ArrayList<>(tensors);
        tensors.clear();
        all.forEach(Tensor::free);
    }

    private void pop() {
        if (thread != Thread.currentThread()) {
            throw new IllegalStateException("scope: '" + name + "' must be closed by the thread that opened it, '"
                    + (thread == null ? "" : thread.getName()) + "', got '"
                    + Thread.currentThread().getName() + "'");
        }
        if (STACK.get().peek() != this) {
            throw new IllegalStateException(
                    "scope: '" + name + "' was closed while '" + current().name + "' inside it is open");
        }
        STACK.get().pop();
    }

    /** Whether it has been closed. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Reports a scope that the collector found unclosed; it frees nothing. */
    private record Obituary(String name, AtomicBoolean closed) implements Runnable {
        @Override
        public void run() {
            if (!closed.get()) {
                LOG.log(Level.WARNING, "scope: ''{0}'' was never closed; its tensors leak", name);
            }
        }
    }
}
