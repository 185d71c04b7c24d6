package org.semblance.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;

/** Reads the messages of onnx.proto by their field numbers; fields that nobody here needs are skipped. */
final class OnnxParser {
    /* ModelProto holds GraphProto holds NodeProto holds AttributeProto holds TensorProto: no message holds itself but
     * through graphs in attributes, which are not entered. So nesting is bounded by the code. */
    private static final int MOST_NODES = 1 << 18;
    private static final int MOST_AXES = 8;

    private final String source;
    private final long size;
    private final OnnxStorage storage;
    private final OnnxWire in;
    private final OnnxGraphParts parts = new OnnxGraphParts();

    OnnxParser(String source, InputStream bytes, long size, OnnxStorage storage) {
        this.source = source;
        this.size = size;
        this.storage = storage;
        in = new OnnxWire(bytes, size);
    }

    OnnxModel model() throws IOException {
        if (size >= Integer.MAX_VALUE) {
            throw wrong("a file must be below 2 GiB, got " + size + " bytes", null);
        }
        try {
            in.fields(this::modelField);
        } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            String what = String.valueOf(e.getMessage());
            throw wrong(what.startsWith("onnx: ") ? what.substring(6) : "the file is damaged or none: " + what, e);
        }
        if (!parts.hasGraph || parts.opset < 0) {
            throw wrong("a graph and a version of the operators are needed, got none", null);
        }
        return new OnnxModel(source, parts);
    }

    private IOException wrong(String what, @Nullable Exception cause) {
        return new IOException("onnx: " + what + " [" + source + "]", cause);
    }

    private boolean modelField(int number, int wire) throws IOException {
        switch (number) {
            case 2 -> parts.producer = in.text(wire);
            case 7 -> graph(wire);
            case 8 -> operators(wire);
            case 14 -> in.entry(wire, parts.metadata);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void operators(int wire) throws IOException {
        String[] domain = {""};
        long[] version = {0};
        in.message(wire, (number, w) -> {
            switch (number) {
                case 1 -> domain[0] = in.text(w);
                case 2 -> version[0] = in.integer(w);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (domain[0].isEmpty() || domain[0].equals("ai.onnx")) {
            parts.opset = version[0];
        }
    }

    private void graph(int wire) throws IOException {
        if (parts.hasGraph) {
            throw new IOException("there must be one graph, got a second");
        }
        parts.hasGraph = true;
        in.message(wire, (number, w) -> {
            switch (number) {
                case 1 -> node(w);
                case 5 -> {
                    OnnxTensor tensor = tensor(w);
                    if (parts.initialisers.put(tensor.name(), tensor) != null) {
                        throw new IOException("initialiser '" + tensor.name() + "' is there twice");
                    }
                }
                case 11 -> parts.inputs.add(port(w));
                case 12 -> parts.outputs.add(port(w));
                case 15 -> throw new IOException("sparse initialisers are not supported");
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void node(int wire) throws IOException {
        if (parts.nodes.size() == MOST_NODES) {
            throw new IOException("at most " + MOST_NODES + " nodes are read, got more");
        }
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
        String[] names = {"", "", ""}; // name, operator, domain
        in.message(wire, (number, w) -> {
            switch (number) {
                case 1 -> inputs.add(in.text(w));
                case 2 -> outputs.add(in.text(w));
                case 3 -> names[0] = in.text(w);
                case 4 -> names[1] = in.text(w);
                case 5 -> attribute(w, attributes);
                case 7 -> names[2] = in.text(w);
                default -> {
                    return false;
                }
            }
            return true;
        });
        String domain = names[2].equals("ai.onnx") ? "" : names[2];
        parts.nodes.add(new OnnxNode(
                names[1], domain, names[0], List.copyOf(inputs), List.copyOf(outputs), Map.copyOf(attributes)));
    }

    private void attribute(int wire, Map<String, OnnxAttribute> to) throws IOException {
        String[] name = {""};
        OnnxWire.Numbers numbers = in.new Numbers(OnnxWire.MOST_TEXT);
        String[] string = {null};
        OnnxTensor[] tensor = {null};
        boolean[] graph = {false};
        in.message(wire, (number, w) -> {
            switch (number) {
                case 1 -> name[0] = in.text(w);
                case 2, 7 -> numbers.floats(w);
                case 3, 8 -> numbers.varints(w);
                case 4 -> string[0] = in.text(w);
                case 5 -> tensor[0] = tensor(w);
                case 6, 11 -> {
                    graph[0] = true;
                    return false;
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        to.put(name[0], new OnnxAttribute(numbers.toArray(), string[0], tensor[0], graph[0]));
    }

    private OnnxModel.Port port(int wire) throws IOException {
        String[] name = {""};
        List<Integer> dims = new ArrayList<>();
        in.message(wire, (number, w) -> {
            switch (number) {
                case 1 -> name[0] = in.text(w);
                case 2 ->
                    in.inside(
                            w,
                            1,
                            tensorType -> in.inside(
                                    tensorType, 2, shape -> in.inside(shape, 1, dim -> dims.add(extent(dim)))));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new OnnxModel.Port(name[0], dims);
    }

    /** A dimension's value, or -1 for a name. */
    private int extent(int wire) throws IOException {
        int[] extent = {-1};
        in.message(wire, (number, w) -> {
            if (number == 1) {
                long value = in.integer(w);
                extent[0] = value > 0 && value <= Integer.MAX_VALUE ? (int) value : -1;
            }
            return number == 1;
        });
        return extent[0];
    }

    private OnnxTensor tensor(int wire) throws IOException {
        TensorFields fields = new TensorFields();
        in.message(wire, fields::field);
        return fields.finished();
    }

    /** A tensor while it is read. */
    private final class TensorFields {
        private String name = "";
        private int type;
        private final OnnxWire.Numbers dims = in.new Numbers(MOST_AXES);
        private final OnnxWire.Numbers listed = in.new Numbers(Integer.MAX_VALUE / 8);
        private @Nullable OnnxData raw;
        private long rawLength;
        private boolean outside;
        private final Map<String, String> external = new LinkedHashMap<>();

        boolean field(int number, int wire) throws IOException {
            switch (number) {
                case 1 -> dims.varints(wire);
                case 2 -> type = (int) in.integer(wire);
                case 3 -> throw new IOException("tensors in segments are not supported");
                case 4 -> listed.floats(wire);
                case 5, 7, 11 -> listed.varints(wire);
                case 8 -> name = in.text(wire);
                case 9 -> bytes(wire);
                case 10 -> listed.doubles(wire);
                case 13 -> in.entry(wire, external);
                case 14 -> outside = in.integer(wire) == 1;
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void bytes(int wire) throws IOException {
            rawLength = in.length(wire);
            raw = storage.inside(in.position(), rawLength);
            in.skip((int) rawLength);
        }

        OnnxTensor finished() throws IOException {
            String what = "tensor '" + name + "'";
            OnnxType elements = OnnxType.of(type, what);
            int[] extents = extents(what);
            long count = Shape.of(extents).count();
            if (count > Integer.MAX_VALUE / 8) {
                throw new IOException(what + " must have at most " + Integer.MAX_VALUE / 8 + " elements, got " + count);
            }
            return new OnnxTensor(name, elements, extents, data(what, count, count * elements.bytes()));
        }

        private int[] extents(String what) throws IOException {
            double[] all = dims.toArray();
            int[] extents = new int[all.length];
            for (int i = 0; i < all.length; i++) {
                if (all[i] < 0 || all[i] > Integer.MAX_VALUE) {
                    throw new IOException(what + " must have extents of 31 bits, got " + all[i]);
                }
                extents[i] = (int) all[i];
            }
            return extents;
        }

        private OnnxData data(String what, long count, long bytes) throws IOException {
            if (outside) {
                return external(what, bytes);
            }
            if (raw != null) {
                if (rawLength != bytes) {
                    throw new IOException(what + " must have " + bytes + " bytes, got " + rawLength);
                }
                return raw;
            }
            double[] values = listed.toArray();
            if (values.length != count) {
                throw new IOException(what + " must have " + count + " elements, got " + values.length);
            }
            return new OnnxData.Listed(values);
        }

        private OnnxData external(String what, long bytes) throws IOException {
            String location = external.getOrDefault("location", "");
            long length = number("length", bytes);
            if (length != bytes) {
                throw new IOException(what + " must have " + bytes + " bytes, got " + length);
            }
            return storage.outside(location, number("offset", 0), length);
        }

        private long number(String key, long otherwise) throws IOException {
            String text = external.get(key);
            try {
                return text == null ? otherwise : Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IOException("external data needs a number for " + key + ", got '" + text + "'", e);
            }
        }
    }
}
