package org.semblance.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int MOST_TEXT = 1 << 16;
    private static final int MOST_AXES = 8;

    private final String source;
    private final long size;
    private final OnnxStorage storage;
    private final CodedInputStream in;
    private final OnnxGraphParts parts = new OnnxGraphParts();

    OnnxParser(String source, InputStream bytes, long size, OnnxStorage storage) {
        this.source = source;
        this.size = size;
        this.storage = storage;
        in = CodedInputStream.newInstance(bytes);
        in.setSizeLimit(Integer.MAX_VALUE);
    }

    /** What to do with a field; true if it was read, else it is skipped. */
    private interface Field {
        boolean read(int number, int wire) throws IOException;
    }

    OnnxModel model() throws IOException {
        if (size >= Integer.MAX_VALUE) {
            throw wrong("a file must be below 2 GiB, got " + size + " bytes", null);
        }
        try {
            fields(this::modelField);
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

    private void fields(Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int wire = WireFormat.getTagWireType(tag);
            if (wire == WireFormat.WIRETYPE_START_GROUP || wire == WireFormat.WIRETYPE_END_GROUP) {
                throw new IOException("groups are not part of the format");
            }
            if (!field.read(WireFormat.getTagFieldNumber(tag), wire)) {
                in.skipField(tag);
            }
        }
    }

    private void message(int wire, Field field) throws IOException {
        int before = in.pushLimit(length(wire));
        fields(field);
        in.checkLastTagWas(0);
        in.popLimit(before);
    }

    /** The length of what follows, which must be there. */
    private int length(int wire) throws IOException {
        if (wire != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            throw new IOException("a field has the wrong kind " + wire);
        }
        int length = in.readRawVarint32();
        int limit = in.getBytesUntilLimit();
        long left = limit >= 0 ? limit : size - in.getTotalBytesRead();
        if (length < 0 || length > left) {
            throw new IOException("a field claims " + Integer.toUnsignedString(length) + " bytes of " + left);
        }
        return length;
    }

    private String text(int wire) throws IOException {
        int length = length(wire);
        if (length > MOST_TEXT) {
            throw new IOException("a name must have at most " + MOST_TEXT + " bytes, got " + length);
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private long integer(int wire) throws IOException {
        if (wire != WireFormat.WIRETYPE_VARINT) {
            throw new IOException("a field has the wrong kind " + wire);
        }
        return in.readRawVarint64();
    }

    private boolean modelField(int number, int wire) throws IOException {
        switch (number) {
            case 2 -> parts.producer = text(wire);
            case 7 -> graph(wire);
            case 8 -> operators(wire);
            case 14 -> entry(wire, parts.metadata);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void operators(int wire) throws IOException {
        String[] domain = {""};
        long[] version = {0};
        message(wire, (number, w) -> {
            switch (number) {
                case 1 -> domain[0] = text(w);
                case 2 -> version[0] = integer(w);
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

    private void entry(int wire, Map<String, String> to) throws IOException {
        String[] pair = {"", ""};
        message(wire, (number, w) -> {
            if (number != 1 && number != 2) {
                return false;
            }
            // a value may be a long text of another program; only short ones are kept
            int length = length(w);
            if (length > MOST_TEXT) {
                in.skipRawBytes(length);
            } else {
                pair[number - 1] = new String(in.readRawBytes(length), StandardCharsets.UTF_8);
            }
            return true;
        });
        to.put(pair[0], pair[1]);
    }

    private void graph(int wire) throws IOException {
        if (parts.hasGraph) {
            throw new IOException("there must be one graph, got a second");
        }
        parts.hasGraph = true;
        message(wire, (number, w) -> {
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
        message(wire, (number, w) -> {
            switch (number) {
                case 1 -> inputs.add(text(w));
                case 2 -> outputs.add(text(w));
                case 3 -> names[0] = text(w);
                case 4 -> names[1] = text(w);
                case 5 -> attribute(w, attributes);
                case 7 -> names[2] = text(w);
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
        Numbers numbers = new Numbers(MOST_TEXT);
        String[] string = {null};
        OnnxTensor[] tensor = {null};
        boolean[] graph = {false};
        message(wire, (number, w) -> {
            switch (number) {
                case 1 -> name[0] = text(w);
                case 2, 7 -> numbers.floats(w);
                case 3, 8 -> numbers.varints(w);
                case 4 -> string[0] = text(w);
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
        message(wire, (number, w) -> {
            switch (number) {
                case 1 -> name[0] = text(w);
                case 2 ->
                    inside(
                            w,
                            1,
                            tensorType ->
                                    inside(tensorType, 2, shape -> inside(shape, 1, dim -> dims.add(extent(dim)))));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new OnnxModel.Port(name[0], dims);
    }

    /** What to do with the one field of a message that matters. */
    private interface Inner {
        void read(int wire) throws IOException;
    }

    private void inside(int wire, int wanted, Inner inner) throws IOException {
        message(wire, (number, w) -> {
            if (number == wanted) {
                inner.read(w);
            }
            return number == wanted;
        });
    }

    /** A dimension's value, or -1 for a name. */
    private int extent(int wire) throws IOException {
        int[] extent = {-1};
        message(wire, (number, w) -> {
            if (number == 1) {
                long value = integer(w);
                extent[0] = value > 0 && value <= Integer.MAX_VALUE ? (int) value : -1;
            }
            return number == 1;
        });
        return extent[0];
    }

    private OnnxTensor tensor(int wire) throws IOException {
        TensorFields fields = new TensorFields();
        message(wire, fields::field);
        return fields.finished();
    }

    /** A list of numbers that grows with what is read. */
    private final class Numbers {
        private final int most;
        private double[] values = new double[4];
        private int count;

        Numbers(int most) {
            this.most = most;
        }

        private void add(double value) throws IOException {
            if (count == most) {
                throw new IOException("a list must have at most " + most + " numbers, got more");
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        void floats(int wire) throws IOException {
            if (wire == WireFormat.WIRETYPE_FIXED32) {
                add(in.readFloat());
            } else {
                packed(wire, () -> add(in.readFloat()));
            }
        }

        void doubles(int wire) throws IOException {
            if (wire == WireFormat.WIRETYPE_FIXED64) {
                add(in.readDouble());
            } else {
                packed(wire, () -> add(in.readDouble()));
            }
        }

        void varints(int wire) throws IOException {
            if (wire == WireFormat.WIRETYPE_VARINT) {
                add(in.readRawVarint64());
            } else {
                packed(wire, () -> add(in.readRawVarint64()));
            }
        }

        private void packed(int wire, Element element) throws IOException {
            int before = in.pushLimit(length(wire));
            while (in.getBytesUntilLimit() > 0) {
                element.read();
            }
            in.popLimit(before);
        }

        double[] toArray() {
            return Arrays.copyOf(values, count);
        }
    }

    private interface Element {
        void read() throws IOException;
    }

    /** A tensor while it is read. */
    private final class TensorFields {
        private String name = "";
        private int type;
        private final Numbers dims = new Numbers(MOST_AXES);
        private final Numbers listed = new Numbers(Integer.MAX_VALUE / 8);
        private @Nullable OnnxData raw;
        private long rawLength;
        private boolean outside;
        private final Map<String, String> external = new LinkedHashMap<>();

        boolean field(int number, int wire) throws IOException {
            switch (number) {
                case 1 -> dims.varints(wire);
                case 2 -> type = (int) integer(wire);
                case 3 -> throw new IOException("tensors in segments are not supported");
                case 4 -> listed.floats(wire);
                case 5, 7, 11 -> listed.varints(wire);
                case 8 -> name = text(wire);
                case 9 -> bytes(wire);
                case 10 -> listed.doubles(wire);
                case 13 -> entry(wire, external);
                case 14 -> outside = integer(wire) == 1;
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void bytes(int wire) throws IOException {
            rawLength = length(wire);
            raw = storage.inside(in.getTotalBytesRead(), rawLength);
            in.skipRawBytes((int) rawLength);
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
