package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.BackendException;

/** The oneDNN engine and stream of this process, and the few things that every primitive needs. */
final class Dnnl {
    private final engine engine;
    private final stream stream;
    private long calls;
    private long created;

    Dnnl() {
        OpenMp.limitSpinning();
        engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
        stream = new stream(engine);
    }

    engine engine() {
        return engine;
    }

    long calls() {
        return calls;
    }

    long created() {
        return created;
    }

    /** A memory with its rebindable data address. */
    static final class Slot implements AutoCloseable {
        private final memory memory;
        private final Address address = new Address(0);

        Slot(memory.desc desc, engine engine) {
            memory = new memory(desc, engine, address);
        }

        void bind(long data) {
            memory.set_data_handle(address.to(data));
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** A primitive with its arguments, ready to run again on other addresses. */
    static final class Plan implements AutoCloseable {
        private final primitive primitive;
        private final IntMemoryMap arguments = new IntMemoryMap();
        private final Slot[] slots;

        Plan(primitive primitive, int[] names, Slot... slots) {
            this.primitive = primitive;
            this.slots = slots;
            for (int i = 0; i < names.length; i++) {
                arguments.put(names[i], slots[i].memory);
            }
        }

        @Override
        public void close() {
            arguments.close();
            primitive.close();
            for (Slot slot : slots) {
                slot.close();
            }
        }
    }

    Slot slot(memory.desc desc) {
        return new Slot(desc, engine);
    }

    Plan plan(primitive made, int[] names, Slot... slots) {
        created++;
        return new Plan(made, names, slots);
    }

    /** Runs a plan on these addresses, in the order of its slots. */
    void run(Plan plan, long... addresses) {
        for (int i = 0; i < addresses.length; i++) {
            plan.slots[i].bind(addresses[i]);
        }
        calls++;
        try {
            plan.primitive.execute(stream, plan.arguments);
            stream._wait();
        } catch (RuntimeException e) {
            throw new BackendException("oneDNN: a primitive failed: " + e.getMessage(), e);
        }
    }

    Plan reorder(memory.desc from, memory.desc to) {
        Slot source = slot(from);
        Slot target = slot(to);
        return plan(new reorder(source.memory, target.memory), new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, source, target);
    }

    /** The descriptor of float32 elements with these strides. */
    static memory.desc desc(long[] dims, long[] strides) {
        return new memory.desc(dims, memory.data_type.f32, strides);
    }

    /** The descriptor of an array as it stands. */
    static memory.desc desc(NdArray x) {
        return desc(x.shape(), x.layout());
    }

    static memory.desc desc(Shape shape, Layout layout) {
        return desc(longs(shape.dims()), layout.strides(shape));
    }

    /** Lets the primitive choose the order. */
    static memory.desc any(long... dims) {
        return new memory.desc(dims, memory.data_type.f32, memory.format_tag.any);
    }

    static long[] longs(int... values) {
        long[] result = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    /** Names the function in what oneDNN throws. */
    static BackendException failure(String what, RuntimeException cause) {
        return new BackendException("oneDNN: cannot make " + what + ": " + cause.getMessage(), cause);
    }
}
