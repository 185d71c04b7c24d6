package org.semblance.weights.torch;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;
import org.semblance.weights.StoredType;
import org.semblance.weights.pickle.Dict;
import org.semblance.weights.pickle.Null;
import org.semblance.weights.pickle.PickleTypes;
import org.semblance.weights.pickle.Tuple;
import org.semblance.weights.pickle.Unpickler;
import org.semblance.weights.pickle.Values;

/**
 * Files of PyTorch before 1.6, and the storages inside StyleGAN2's pickles: pickles of a magic number, a version, the
 * system, the object and the keys of its storages, then for each key the number of elements and the elements.
 */
final class LegacyTorch implements TorchTypes.Storages {
    /** The magic number as protocols 2 to 5 write it. */
    private static final byte[] MAGIC = {
        (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };
    /** Bytes of the opcodes PROTO and FRAME, which may come first. */
    private static final int LONGEST_START = 11;

    private static final BigInteger NUMBER = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final Map<String, Storage> storages = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final ByteCursor in;
    private final Budget budget;

    private LegacyTorch(ByteCursor in, Budget budget) {
        this.in = in;
        this.budget = budget;
    }

    /** Whether a file begins with the magic number. */
    static boolean begins(ByteSource file) throws IOException {
        int length = (int) Math.min(LONGEST_START + MAGIC.length, file.size());
        ByteBuffer start = ByteBuffer.allocate(length);
        file.read(0, start);
        for (int at = 2; at <= length - MAGIC.length; at++) {
            if (Arrays.equals(start.array(), at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
                return start.get(0) == (byte) 0x80;
            }
        }
        return false;
    }

    /** The object of a file. */
    static Object read(ByteSource file, Budget budget) throws IOException {
        return new LegacyTorch(new ByteCursor(file), budget).run();
    }

    /** The object of a file inside another. */
    static Object nested(ByteSource bytes, Budget budget) throws IOException {
        ByteCursor in = new ByteCursor(bytes);
        LegacyTorch file = new LegacyTorch(in, budget);
        Object object = file.run();
        if (in.remaining() > 0) {
            throw new IOException(
                    "torch: a nested file must end behind its storages, got " + in.remaining() + " bytes more");
        }
        return object;
    }

    private Object run() throws IOException {
        long start = in.position();
        if (!NUMBER.equals(Unpickler.read(in, PickleTypes.none()))) {
            throw new IOException("torch: a legacy file must begin with torch's magic number, got another");
        }
        Object version = Unpickler.read(in, PickleTypes.none());
        if (!version.equals(VERSION)) {
            throw new IOException("torch: a legacy file must be of version 1001, got " + Values.describe(version));
        }
        Object system = Unpickler.read(in, PickleTypes.none());
        NumpyValue.requireLittleEndian(Values.as(Dict.class, system, "the system of a legacy file"));
        Object object = Unpickler.read(in, new TorchTypes(budget, this));
        List<?> keys = Values.as(List.class, Unpickler.read(in, PickleTypes.none()), "the keys of storages");
        budget.take(in.position() - start);
        readStorages(keys);
        return object;
    }

    private void readStorages(List<?> keys) throws IOException {
        Set<String> seen = new HashSet<>();
        for (Object item : keys) {
            String key = Values.as(String.class, item, "the key of a storage");
            Storage storage = storages.get(key);
            if (storage == null || !seen.add(key)) {
                throw new IOException("torch: each storage that is used must follow once, got " + Values.describe(key)
                        + (storage == null ? " that is not used" : " twice"));
            }
            try {
                long count = in.i64();
                if (count != storage.count()) {
                    throw new IOException(
                            "torch: storage " + key + " must have " + storage.count() + " elements, got " + count);
                }
                storage.found(in.slice(storage.length()));
            } catch (EOFException e) {
                throw new IOException("torch: storage " + key + " was cut short: " + e.getMessage(), e);
            }
        }
        if (seen.size() != storages.size()) {
            throw new IOException("torch: " + storages.size() + " storages are used, got only " + seen.size());
        }
        for (Part p : parts) {
            p.part().found(p.root().bytes().slice(p.from(), p.part().length()));
        }
    }

    @Override
    public Storage find(String key, StoredType type, long count, List<Object> view) throws IOException {
        Storage storage = storages.computeIfAbsent(key, k -> new Storage(type, count));
        if (storage.type() != type || storage.count() != count) {
            throw new IOException("torch: storage " + Values.describe(key) + " must always be the same, got " + type
                    + " of " + count + " and " + storage.type() + " of " + storage.count());
        }
        return view.isEmpty() || view.get(0) == Null.NONE
                ? storage
                : part(storage, Values.as(Tuple.class, view.get(0), "a view of a storage"));
    }

    /** A storage that is part of another: key, first element, number of elements. */
    private Storage part(Storage root, Tuple view) throws IOException {
        long first = view.get(1, Long.class);
        long count = view.get(2, Long.class);
        if (first < 0 || count < 0 || first > root.count() - count) {
            throw new IOException("torch: a view must lie inside its storage, got " + count + " elements from " + first
                    + " of " + root.count());
        }
        Storage part = new Storage(root.type(), count);
        parts.add(new Part(part, root, first * root.type().bytes()));
        return part;
    }

    private record Part(Storage part, Storage root, long from) {}
}
