package org.semblance.weights.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.weights.StoredType;
import org.semblance.weights.TensorInfo;
import org.semblance.weights.TensorStore;
import org.semblance.weights.Weights;

/**
 * Keras' HDF5 files, as {@code save_weights} and {@code model.save} write them. A tensor is named after its layer and
 * its role there, {@code conv2d_3/kernel}; files without Keras' attributes give the paths of their datasets.
 *
 * <p>Read by jHDF: contiguous and chunked, compressed, half to double precision, either byte order. Links are not
 * followed. Sizes are checked against the file before anything is read.
 */
public final class KerasFiles {
    private static final int DEEPEST = 32;
    private static final int MOST_NODES = 100_000;
    /** Numbers do not compress better than this. */
    private static final long MOST_EXPANSION = 64;

    private final Map<String, Dataset> datasets = new LinkedHashMap<>();
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<Group, Map<String, Node>> children = new IdentityHashMap<>();
    private final String source;
    private final long fileSize;
    private long room;
    private int nodes;

    private KerasFiles(String source, long fileSize) {
        this.source = source;
        this.fileSize = fileSize;
        room = fileSize * MOST_EXPANSION + (1 << 20);
    }

    /** Opens a file. Closing the result closes it. */
    public static Weights open(Path path) throws IOException {
        KerasFiles keras = new KerasFiles(path.toString(), Files.size(path));
        HdfFile file = opened(path);
        try {
            guarded(keras.source, () -> {
                keras.read(file);
                return true;
            });
            return new Weights(
                    keras.source, keras.infos, keras.settings, new Datasets(file, keras.datasets, keras.source));
        } catch (IOException | RuntimeException | Error e) {
            guarded(keras.source, () -> {
                file.close();
                return true;
            });
            throw e;
        }
    }

    private static HdfFile opened(Path path) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(path);
        try {
            return guarded(path.toString(), () -> new HdfFile(new BoundedChannel(channel), path.toUri()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** jHDF reports damage by exceptions of many kinds; here it is always one. */
    private static <T> T guarded(String source, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new IOException("keras: the HDF5 file is damaged or unusual: " + reason(e) + " [" + source + "]", e);
        }
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        for (int i = 0; i < 10 && deepest.getCause() != null; i++) {
            deepest = deepest.getCause();
        }
        String first = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        boolean same = deepest == e || deepest.getMessage() == null;
        return same ? first : first + ": " + deepest.getMessage();
    }

    private void read(HdfFile file) throws IOException {
        long end = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        if (end > fileSize) {
            throw broken("a file must be as long as it says, " + end + " bytes", fileSize + ": it was cut short");
        }
        Node model = children(file).get("model_weights");
        Group root = model instanceof Group g ? g : file;
        for (String key : List.of("keras_version", "backend")) {
            List<String> text = strings(root, key);
            if (text != null && text.size() == 1) {
                settings.put(key, text.get(0));
            }
        }
        List<String> layers = names(root, "layer_names");
        if (layers == null) {
            walk("", root, 0);
        } else {
            for (String layer : layers) {
                readLayer(layer, root);
            }
        }
        if (infos.isEmpty()) {
            throw broken("a file of weights must hold datasets", "none");
        }
    }

    private void readLayer(String layer, Group root) throws IOException {
        if (!(find(root, layer) instanceof Group group)) {
            throw broken("each of layer_names must be a group", "none named '" + layer + "'");
        }
        List<String> weights = names(group, "weight_names");
        if (weights == null || weights.isEmpty()) {
            return;
        }
        Set<String> roles = new LinkedHashSet<>();
        weights.forEach(name -> roles.add(role(name)));
        boolean differ = roles.size() == weights.size();
        for (String weight : weights) {
            if (!(find(group, weight) instanceof Dataset dataset)) {
                throw broken(
                        "each of weight_names must be a dataset", "none named '" + weight + "' in '" + layer + "'");
            }
            put(differ ? layer + "/" + role(weight) : plain(weight), dataset);
        }
    }

    /** {@code model/dense/kernel:0} is a kernel. */
    private static String role(String weight) {
        return plain(weight.substring(weight.lastIndexOf('/') + 1));
    }

    private static String plain(String weight) {
        return weight.endsWith(":0") ? weight.substring(0, weight.length() - 2) : weight;
    }

    private void walk(String path, Group group, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw broken("groups must be nested at most " + DEEPEST + " deep", "more");
        }
        for (Map.Entry<String, Node> child : children(group).entrySet()) {
            String below = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
            if (child.getValue() instanceof Group inner) {
                walk(below, inner, depth + 1);
            } else if (child.getValue() instanceof Dataset dataset) {
                put(plain(below), dataset);
            }
        }
    }

    private void put(String name, Dataset dataset) throws IOException {
        StoredType type = Hdf5Elements.type(name, dataset.getDataType());
        if (dataset.isEmpty()) {
            throw broken("datasets must hold numbers", "none in " + name);
        }
        TensorInfo info = info(name, type, dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong());
        room -= info.length();
        if (room < 0) {
            throw broken(
                    "datasets must be at most " + MOST_EXPANSION + " times larger than the file",
                    "more with " + name + " " + info.shape());
        }
        if (infos.put(name, info) != null) {
            throw broken("tensors must have names that differ", "'" + name + "' twice");
        }
        datasets.put(name, dataset);
    }

    private TensorInfo info(String name, StoredType type, long[] dims) throws IOException {
        try {
            int[] extents = new int[dims.length];
            for (int i = 0; i < dims.length; i++) {
                extents[i] = Math.toIntExact(dims[i]);
            }
            TensorInfo info = new TensorInfo(name, type, Shape.of(extents), 0);
            if (info.length() < 0) {
                throw new ArithmeticException();
            }
            return info;
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw broken("extents must be from 0 to 2^31", java.util.Arrays.toString(dims) + " for " + name);
        }
    }

    /** What a path of names leads to, or null. */
    private @Nullable Node find(Group from, String path) throws IOException {
        Node at = from;
        for (String name : path.split("/")) {
            at = at instanceof Group group ? children(group).get(name) : null;
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    /** The members of a group, which are read and counted once. */
    private Map<String, Node> children(Group group) throws IOException {
        Map<String, Node> known = children.get(group);
        if (known != null) {
            return known;
        }
        Map<String, Node> found = group.getChildren();
        nodes += found.size();
        if (nodes > MOST_NODES) {
            throw broken("at most " + MOST_NODES + " nodes are read", "more");
        }
        for (Node child : found.values()) {
            if (child.isLink()) {
                throw broken("links are not followed", "one named " + child.getName());
            }
        }
        children.put(group, found);
        return found;
    }

    /** The names of an attribute, which Keras splits into numbered ones when they are many; null if there is none. */
    private @Nullable List<String> names(Group group, String attribute) throws IOException {
        List<String> whole = strings(group, attribute);
        if (whole != null) {
            return whole;
        }
        List<String> all = null;
        for (int i = 0; i < MOST_NODES; i++) {
            List<String> part = strings(group, attribute + i);
            if (part == null) {
                break;
            }
            all = all == null ? new ArrayList<>() : all;
            all.addAll(part);
        }
        return all;
    }

    private @Nullable List<String> strings(Group group, String attribute) throws IOException {
        var found = group.getAttributes().get(attribute);
        if (found == null) {
            return null;
        }
        if (found.isEmpty() || found.getSize() == 0) {
            return List.of();
        }
        if (found.getSize() > MOST_NODES) {
            throw broken("attributes must have at most " + MOST_NODES + " items", found.getSize() + " in " + attribute);
        }
        Object data = found.getData();
        if (data instanceof String s) {
            return List.of(s);
        }
        if (data instanceof String[] items) {
            return List.of(items);
        }
        throw broken("attribute " + attribute + " must be text", data.getClass().getSimpleName());
    }

    private IOException broken(String rule, String got) {
        return new IOException("keras: " + rule + ", got " + got + " [" + source + "]");
    }

    /** Reads datasets when asked for. jHDF makes no promise to threads. */
    private record Datasets(HdfFile file, Map<String, Dataset> datasets, String source) implements TensorStore {
        @Override
        public float[] floats(TensorInfo tensor) throws IOException {
            return read(tensor, () -> Hdf5Elements.floats(dataset(tensor)));
        }

        @Override
        public double[] doubles(TensorInfo tensor) throws IOException {
            return read(tensor, () -> Hdf5Elements.doubles(dataset(tensor)));
        }

        private synchronized <T> T read(TensorInfo tensor, Work<T> work) throws IOException {
            if (tensor.shape().count() == 0) {
                throw new IOException("keras: " + tensor.name() + " must have elements, got none [" + source + "]");
            }
            T data = guarded(source, work);
            int got = Array.getLength(data);
            if (got != tensor.shape().count()) {
                throw new IOException("keras: " + tensor.name() + " must have "
                        + tensor.shape().count() + " elements, got " + got + " [" + source + "]");
            }
            return data;
        }

        private Dataset dataset(TensorInfo tensor) {
            return Objects.requireNonNull(datasets.get(tensor.name()), tensor.name());
        }

        @Override
        public void close() throws IOException {
            guarded(source, () -> {
                file.close();
                return true;
            });
        }
    }
}
