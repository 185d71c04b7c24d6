package org.semblance.weights.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.json.Json;
import org.semblance.weights.pickle.Dict;
import org.semblance.weights.pickle.Null;
import org.semblance.weights.pickle.Tuple;

/**
 * Walks what a pickle holds and gives every tensor the path of keys that leads to it, joined by dots. Modules
 * contribute their state dict; numbers and text beside the tensors become settings.
 */
final class TensorTree {
    private static final int DEEPEST = 64;
    private static final int MOST_NODES = 1_000_000;
    private static final int LONGEST_NAME = 1024;
    private static final int MOST_SETTINGS = 4000;
    /** Of all settings together. */
    private static final int MOST_CHARACTERS = 8 << 20;
    /** Fields of layers that their tensors do not tell. */
    private static final List<String> FIELDS = List.of("conv_clamp", "group_size", "bias_gain");

    private final Map<String, StridedTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private int nodes;
    private long characters;

    private TensorTree() {}

    static TensorTree of(Object root) throws IOException {
        TensorTree tree = new TensorTree();
        tree.visit("", root, 0);
        if (tree.tensors.isEmpty()) {
            throw new IOException("torch: a file of weights must hold tensors, got none");
        }
        return tree;
    }

    Map<String, StridedTensor> tensors() {
        return tensors;
    }

    /** Numbers and text by path; arguments of modules as JSON. */
    Map<String, String> settings() {
        return settings;
    }

    private void visit(String path, Object value, int depth) throws IOException {
        count(depth);
        if (value instanceof StridedTensor tensor) {
            put(path.isEmpty() ? "tensor" : path, tensor);
        } else if (value instanceof NumpyValue.Array array) {
            put(path.isEmpty() ? "tensor" : path, array.tensor());
        } else if (value instanceof PersistentModule module) {
            visitModule(path, module, depth);
        } else if (value instanceof Dict dict) {
            for (Map.Entry<Object, Object> e : dict.entries().entrySet()) {
                visit(below(path, key(e.getKey())), e.getValue(), depth + 1);
            }
        } else if (value instanceof List<?> || value instanceof Tuple) {
            visitItems(path, value instanceof Tuple t ? t.items() : (List<?>) value, depth);
        } else {
            setting(path, value);
        }
    }

    private void count(int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("torch: containers must be nested at most " + DEEPEST + " deep, got more");
        }
        if (++nodes > MOST_NODES) {
            throw new IOException("torch: at most " + MOST_NODES + " values are read, got more");
        }
    }

    private void visitItems(String path, List<?> items, int depth) throws IOException {
        for (int i = 0; i < items.size(); i++) {
            visit(below(path, Integer.toString(i)), items.get(i), depth + 1);
        }
    }

    private void visitModule(String path, PersistentModule module, int depth) throws IOException {
        count(depth);
        module.requireNoHooks();
        describe(path, module, depth);
        for (String table : List.of("_parameters", "_buffers", "_modules")) {
            for (Map.Entry<Object, Object> e : module.table(table).entries().entrySet()) {
                boolean skipped =
                        e.getValue() == Null.NONE || table.equals("_buffers") && module.isTransient(e.getKey());
                if (!skipped) {
                    visitMember(table, below(path, key(e.getKey())), e.getValue(), depth);
                }
            }
        }
    }

    private void visitMember(String table, String path, Object value, int depth) throws IOException {
        boolean fits = table.equals("_modules") ? value instanceof PersistentModule : value instanceof StridedTensor;
        if (!fits) {
            throw new IOException("stylegan pickle: " + path + " in " + table + " must be a "
                    + (table.equals("_modules") ? "module" : "tensor") + ", got something else");
        }
        visit(path, value, depth + 1);
    }

    /** The arguments of a network, and of its layers what their tensors do not tell. */
    private void describe(String path, PersistentModule module, int depth) throws IOException {
        for (String field : FIELDS) {
            Object value = module.state().get(field);
            if (value != null) {
                setting(below(path, field), value == Null.NONE ? "None" : value);
            }
        }
        Object arguments = module.state().get("_init_kwargs");
        if (depth <= 1 && arguments instanceof Dict dict) {
            settings.put(below(path, "class_name"), module.className());
            settings.put(below(path, "init_kwargs"), Json.of(plain(dict, depth)).compact());
        }
    }

    /** A value as JSON has it; what JSON lacks becomes its description. */
    private Object plain(Object value, int depth) throws IOException {
        count(depth);
        if (value instanceof Dict dict) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Map.Entry<Object, Object> e : dict.entries().entrySet()) {
                if (e.getValue() != Null.NONE) {
                    map.put(text(key(e.getKey())), plain(e.getValue(), depth + 1));
                }
            }
            return map;
        }
        if (value instanceof List<?> || value instanceof Tuple) {
            List<Object> items = new ArrayList<>();
            for (Object item : value instanceof Tuple t ? t.items() : (List<?>) value) {
                items.add(plain(item, depth + 1));
            }
            return items;
        }
        boolean isJson =
                value instanceof Long || value instanceof Boolean || value instanceof Double d && Double.isFinite(d);
        if (value instanceof String s) {
            return text(s);
        }
        return isJson ? value : text(String.valueOf(value));
    }

    /** Text is bounded one by one and together, however often a pickle's memo repeats it. */
    private String text(String value) throws IOException {
        String kept = value.length() <= LONGEST_NAME ? value : value.substring(0, LONGEST_NAME) + "...";
        characters += kept.length();
        if (characters > MOST_CHARACTERS) {
            throw new IOException("torch: settings must have at most " + MOST_CHARACTERS + " characters, got more");
        }
        return kept;
    }

    private void setting(String path, Object value) throws IOException {
        boolean isScalar = value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger
                || value instanceof String s && s.length() <= LONGEST_NAME;
        if (isScalar && settings.size() < MOST_SETTINGS) {
            settings.put(path, text(value.toString()));
        }
    }

    private void put(String path, StridedTensor tensor) throws IOException {
        if (tensors.put(path, tensor) != null) {
            throw new IOException("torch: tensors must have names that differ, got '" + path + "' twice");
        }
    }

    private static String key(Object key) {
        return key instanceof String s ? s : key.toString();
    }

    private static String below(String path, String key) throws IOException {
        if (path.length() + key.length() > LONGEST_NAME) {
            throw new IOException("torch: names must have at most " + LONGEST_NAME + " characters, got more");
        }
        return path.isEmpty() ? key : path + "." + key;
    }
}
