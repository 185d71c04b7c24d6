package org.semblance.weights.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.semblance.weights.ByteSource;
import org.semblance.weights.StoredType;
import org.semblance.weights.pickle.Dict;
import org.semblance.weights.pickle.Global;
import org.semblance.weights.pickle.LongText;
import org.semblance.weights.pickle.PickleTypes;
import org.semblance.weights.pickle.Tuple;
import org.semblance.weights.pickle.Values;

/** What pickles of tensors may name: all that genuine files do, and nothing else. */
final class TorchTypes implements PickleTypes {
    private static final Set<String> CALLED = Set.of(
            "torch_utils.persistence _reconstruct_persistent_obj",
            "collections OrderedDict",
            "collections Counter",
            "builtins set",
            "__builtin__ set",
            "builtins frozenset",
            "__builtin__ frozenset",
            "builtins bytes",
            "__builtin__ bytes",
            "torch._utils _rebuild_parameter",
            "torch._utils _rebuild_parameter_with_state",
            "torch._utils _rebuild_tensor_v2",
            "torch._utils _rebuild_tensor",
            "torch.storage _load_from_bytes",
            "torch Size",
            "torch device",
            "_codecs encode",
            "numpy dtype",
            "numpy.core.multiarray scalar",
            "numpy._core.multiarray scalar",
            "numpy.core.multiarray _reconstruct",
            "numpy._core.multiarray _reconstruct",
            "numpy.core.numeric _frombuffer",
            "numpy._core.numeric _frombuffer",
            "dnnlib.util EasyDict",
            "argparse Namespace");
    private static final Set<String> NAMED = Set.of(
            "numpy ndarray",
            "torch float64",
            "torch float32",
            "torch float16",
            "torch bfloat16",
            "torch int64",
            "torch int32",
            "torch int16",
            "torch int8",
            "torch uint8",
            "torch bool");

    /** What an entry of a dictionary takes of the budget. */
    private static final long BYTES_PER_ENTRY = 64;

    private final Budget budget;
    private final Storages storages;

    /** Finds the storage of a persistent id. */
    interface Storages {
        /** For files that have none. */
        Storages NONE = (key, type, count, view) -> {
            throw new IOException("stylegan pickle: storages must be inside the pickle, got the persistent id " + key);
        };

        /**
         * @param key name of the storage
         * @param count its elements
         * @param view what follows in the id
         */
        Storage find(String key, StoredType type, long count, List<Object> view) throws IOException;
    }

    TorchTypes(Budget budget, Storages storages) {
        this.budget = budget;
        this.storages = storages;
    }

    @Override
    public boolean allows(String global) {
        return CALLED.contains(global) || NAMED.contains(global) || Storage.TYPES.containsKey(global);
    }

    @Override
    public Object call(Global global, Tuple args) throws IOException {
        return switch (global.name()) {
            case "torch_utils.persistence _reconstruct_persistent_obj" -> PersistentModule.of(args);
            case "collections OrderedDict" -> orderedDict(args, budget);
            case "collections Counter" -> counter(args);
            case "builtins set", "__builtin__ set", "builtins frozenset", "__builtin__ frozenset" ->
                args.size() == 0 ? new ArrayList<>() : args.get(0, List.class);
            case "builtins bytes", "__builtin__ bytes" -> noBytes(args);
            case "torch._utils _rebuild_parameter", "torch._utils _rebuild_parameter_with_state" ->
                args.get(0, StridedTensor.class);
            case "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor" -> tensor(args);
            case "torch.storage _load_from_bytes" -> nested(args.get(0, ByteSource.class));
            case "_codecs encode" -> encoded(args);
            case "numpy dtype" -> NumpyValue.Dtype.of(args);
            case "numpy.core.multiarray scalar", "numpy._core.multiarray scalar" -> NumpyValue.scalar(args);
            case "numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct" -> array(args);
            case "numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer" -> buffer(args);
            case "dnnlib.util EasyDict" -> empty("EasyDict", args);
            case "argparse Namespace" -> empty("Namespace", args);
            case "torch Size" -> args.get(0, Object.class);
            case "torch device" -> args.get(0, String.class);
            default -> throw new IOException("pickle: global '" + global.name() + "' must not be called");
        };
    }

    private static Dict empty(String type, Tuple args) throws IOException {
        if (args.size() != 0) {
            throw new IOException("pickle: " + type + " must be made without arguments, got " + args.size());
        }
        return new Dict(type);
    }

    /** What protocol 2 writes for bytes when there are none. */
    private static ByteSource noBytes(Tuple args) throws IOException {
        if (args.size() != 0) {
            throw new IOException("pickle: bytes must be made without arguments, got " + args.size());
        }
        return ByteSource.of(new byte[0]);
    }

    /** A schedule's milestones. */
    private static Dict counter(Tuple args) throws IOException {
        return args.size() == 0 ? new Dict("Counter") : args.get(0, Dict.class);
    }

    private static Dict orderedDict(Tuple args, Budget budget) throws IOException {
        Dict dict = new Dict("OrderedDict");
        if (args.size() > 0) {
            List<?> pairs = args.get(0, List.class);
            budget.take(BYTES_PER_ENTRY * pairs.size());
            for (Object pair : pairs) {
                List<?> items = pair instanceof Tuple t ? t.items() : Values.as(List.class, pair, "an entry");
                if (items.size() != 2) {
                    throw new IOException("pickle: an entry must be a pair, got " + items.size() + " items");
                }
                dict.put(items.get(0), items.get(1));
            }
        }
        return dict;
    }

    private static NumpyValue.Array array(Tuple args) throws IOException {
        Global type = args.get(0, Global.class);
        if (!type.name().equals("numpy ndarray")) {
            throw new IOException("numpy: an array must be an ndarray, got " + type.name());
        }
        return new NumpyValue.Array();
    }

    private NumpyValue.Array buffer(Tuple args) throws IOException {
        NumpyValue.Array array = NumpyValue.Array.of(args);
        budget.take(array.tensor().work());
        return array;
    }

    private StridedTensor tensor(Tuple args) throws IOException {
        StridedTensor tensor = StridedTensor.of(
                args.get(0, Storage.class),
                args.get(1, Long.class),
                longs(args.get(2, Tuple.class)),
                longs(args.get(3, Tuple.class)));
        budget.take(tensor.work());
        return tensor;
    }

    /** Bytes as protocol 2 writes them. */
    private ByteSource encoded(Tuple args) throws IOException {
        if (!args.get(1, String.class).equals("latin1")
                && !args.get(1, String.class).equals("latin-1")) {
            throw new IOException(
                    "pickle: bytes must be encoded as latin1, got " + Values.describe(args.get(1, String.class)));
        }
        if (args.get(0, Object.class) instanceof LongText text) {
            budget.take(text.utf8().size());
            return text.latin1();
        }
        String text = args.get(0, String.class);
        budget.take(text.length());
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            if (text.charAt(i) > 255) {
                throw new IOException("pickle: bytes as text must have characters below 256, got others");
            }
            bytes[i] = (byte) text.charAt(i);
        }
        return ByteSource.of(bytes);
    }

    private Storage nested(ByteSource bytes) throws IOException {
        if (storages instanceof LegacyTorch) {
            throw new IOException("torch: a nested file must not hold another one");
        }
        return Values.as(Storage.class, LegacyTorch.nested(bytes, budget), "a nested file");
    }

    static long[] longs(Tuple tuple) throws IOException {
        long[] values = new long[tuple.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tuple.get(i, Long.class);
        }
        return values;
    }

    @Override
    public void build(Object target, Object state) throws IOException {
        if (target instanceof NumpyValue.Dtype dtype) {
            dtype.build(state);
        } else if (target instanceof NumpyValue.Array array) {
            array.build(state);
            budget.take(array.tensor().work());
        } else if (target instanceof Dict dict && dict.type().equals("Namespace")) {
            Map<Object, Object> entries =
                    Values.as(Dict.class, state, "the state of a Namespace").entries();
            budget.take(BYTES_PER_ENTRY * entries.size());
            for (var entry : entries.entrySet()) {
                dict.put(entry.getKey(), entry.getValue());
            }
        } else if (!(target instanceof Dict dict && dict.type().equals("OrderedDict"))) {
            throw new IOException("pickle: BUILD must not be applied to " + Values.describe(target));
        }
    }

    @Override
    public Object persistent(Object id) throws IOException {
        Tuple fields = Values.as(Tuple.class, id, "a persistent id");
        if (fields.size() < 5 || !fields.get(0, String.class).equals("storage")) {
            throw new IOException("torch: a persistent id must be that of a storage, got a " + fields);
        }
        String className = fields.get(1, Global.class).name();
        StoredType type = Storage.TYPES.get(className);
        if (type == null) {
            throw new IOException("torch: a storage must be of a known class, got " + className);
        }
        long count = fields.get(4, Long.class);
        if (count < 0 || count > Long.MAX_VALUE / 16) {
            throw new IOException("torch: a storage must have from 0 to 2^59 elements, got " + count);
        }
        return storages.find(
                fields.get(2, String.class), type, count, fields.items().subList(5, fields.size()));
    }
}
