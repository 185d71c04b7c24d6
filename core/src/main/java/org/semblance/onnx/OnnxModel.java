package org.semblance.onnx;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contents of an ONNX file, read but not built. Weights stay in the file until a network is built from it.
 *
 * <p>A file is untrusted: it must be below 2 GiB (weights beside it in external files of its own folder may be larger),
 * sizes are checked before anything is allocated, nesting is bounded, and nothing in it is executed but the operators
 * that {@link OnnxNetwork} lists.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/IR.html">the format</a>
 */
public final class OnnxModel {
    private final String source;
    final String producer;
    final long opset;
    final Map<String, String> metadata;
    final List<OnnxNode> nodes;
    final Map<String, OnnxTensor> initialisers;
    final List<Port> inputs;
    final List<Port> outputs;

    OnnxModel(String source, OnnxGraphParts parts) {
        this.source = source;
        producer = parts.producer;
        opset = parts.opset;
        metadata = Map.copyOf(parts.metadata);
        nodes = List.copyOf(parts.nodes);
        initialisers = new LinkedHashMap<>(parts.initialisers);
        inputs = parts.inputs.stream()
                .filter(p -> !initialisers.containsKey(p.name()))
                .toList();
        outputs = List.copyOf(parts.outputs);
    }

    /**
     * A value that enters or leaves a graph.
     *
     * @param name its name
     * @param dims its extents, -1 where the file leaves one open; empty where it says nothing
     */
    public record Port(String name, List<Integer> dims) {
        public Port {
            dims = List.copyOf(dims);
        }
    }

    /**
     * Whether a file seems to be one: by its name, or by beginning with a version and the program's name as exporters
     * write them.
     */
    public static boolean seemsOnnx(Path path) throws IOException {
        if (path.toString().endsWith(".onnx")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(3);
            return start.length == 3 && start[0] == 8 && start[1] > 2 && start[1] < 32 && start[2] == 0x12;
        }
    }

    /** Reads a file. @throws IOException naming what is wrong with it */
    public static OnnxModel read(Path path) throws IOException {
        long size = Files.size(path);
        try (InputStream in = Files.newInputStream(path)) {
            return new OnnxParser(path.toString(), in, size, new OnnxStorage.Folder(path)).model();
        }
    }

    /**
     * Reads the bytes of a file, which are not copied and must not be written to; weights outside are refused.
     *
     * @param source what the bytes are, for messages
     */
    public static OnnxModel read(byte[] bytes, String source) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        return new OnnxParser(source, in, bytes.length, new OnnxStorage.Memory(bytes)).model();
    }

    /** Where it came from, for messages. */
    public String source() {
        return source;
    }

    /** The program that wrote it, may be empty. */
    public String producer() {
        return producer;
    }

    /** Version of ONNX' own operators that it asks for. */
    public long opset() {
        return opset;
    }

    /** Text that it carries. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Values that must be given. */
    public List<Port> inputs() {
        return inputs;
    }

    /** Values that it makes. */
    public List<Port> outputs() {
        return outputs;
    }

    /** How often each operator occurs, by name; operators of other domains as {@code domain:name}. */
    public Map<String, Integer> operators() {
        Map<String, Integer> counts = new TreeMap<>();
        nodes.forEach(n -> counts.merge(n.fullName(), 1, Integer::sum));
        return counts;
    }

    /**
     * The operators that {@link OnnxNetwork} cannot build, with how often each occurs, of all nodes; a network is built
     * of those that its output needs.
     */
    public Map<String, Integer> unsupported() {
        Map<String, Integer> counts = new TreeMap<>();
        nodes.stream().filter(n -> !Operators.knows(n)).forEach(n -> counts.merge(n.fullName(), 1, Integer::sum));
        return counts;
    }

    /** Number of stored weights. */
    public long parameters() {
        return initialisers.values().stream().mapToLong(OnnxTensor::count).sum();
    }

    /** Names and extents of the stored tensors. */
    public Map<String, List<Integer>> tensors() {
        Map<String, List<Integer>> all = new LinkedHashMap<>();
        initialisers.forEach(
                (name, t) -> all.put(name, Arrays.stream(t.dims()).boxed().toList()));
        return all;
    }

    @Override
    public String toString() {
        return source + ": ONNX, opset " + opset + ", " + nodes.size() + " nodes, " + parameters() + " parameters";
    }
}
