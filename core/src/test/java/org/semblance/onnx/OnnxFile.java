package org.semblance.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes ONNX files as exporters do, message by message. */
public final class OnnxFile {
    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
    private final List<byte[]> metadata = new ArrayList<>();
    private final Random random = new Random(7);
    private final int opset;
    private int made;

    OnnxFile(int opset) {
        this.opset = opset;
    }

    /** Writes the fields of a message. */
    interface Fields {
        void to(CodedOutputStream out) throws IOException;
    }

    static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void nested(CodedOutputStream out, int field, byte[] message) throws IOException {
        out.writeBytes(field, ByteString.copyFrom(message));
    }

    void raw(int field, byte[] message) {
        graph.writeBytes(message(out -> nested(out, field, message)));
    }

    OnnxFile input(String name, int... dims) {
        raw(11, port(name, dims));
        return this;
    }

    OnnxFile output(String... names) {
        for (String name : names) {
            raw(12, port(name));
        }
        return this;
    }

    OnnxFile metadata(String key, String value) {
        metadata.add(message(out -> {
            out.writeString(1, key);
            out.writeString(2, value);
        }));
        return this;
    }

    /** A port; -1 is an open extent with a name; without extents only the type of elements is said. */
    private static byte[] port(String name, int... dims) {
        byte[] shape = message(out -> {
            for (int i = 0; i < dims.length; i++) {
                int dim = dims[i];
                String open = "d" + i;
                nested(out, 1, message(d -> {
                    if (dim >= 0) {
                        d.writeInt64(1, dim);
                    } else {
                        d.writeString(2, open);
                    }
                }));
            }
        });
        byte[] type = message(out -> {
            out.writeInt32(1, 1);
            if (dims.length > 0) {
                nested(out, 2, shape);
            }
        });
        return message(out -> {
            out.writeString(1, name);
            nested(out, 2, message(t -> nested(t, 1, type)));
        });
    }

    /** Random float32 weights of this spread around a middle, as raw bytes. */
    String weight(double middle, double spread, int... dims) {
        float[] values = new float[count(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (middle + spread * random.nextGaussian());
        }
        return floats(values, dims);
    }

    /** Positive weights. */
    String positive(int... dims) {
        float[] values = new float[count(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + random.nextFloat();
        }
        return floats(values, dims);
    }

    String floats(float[] values, int... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(1, bytes.array(), dims);
    }

    String ints(long... values) {
        return ints(new int[] {values.length}, values);
    }

    String ints(int[] dims, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return tensor(7, bytes.array(), dims);
    }

    String tensor(int type, byte[] raw, int... dims) {
        String name = "t" + made++;
        raw(5, tensorMessage(name, type, dims, out -> nested(out, 9, raw)));
        return name;
    }

    static byte[] tensorMessage(String name, int type, int[] dims, Fields data) {
        return message(out -> {
            for (int dim : dims) {
                out.writeInt64(1, dim);
            }
            out.writeInt32(2, type);
            out.writeString(8, name);
            data.to(out);
        });
    }

    private static int count(int[] dims) {
        int count = 1;
        for (int dim : dims) {
            count *= dim;
        }
        return count;
    }

    /** A setting of a node. */
    record Setting(byte[] bytes) {
        static Setting of(String name, long value) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                out.writeInt64(3, value);
                out.writeInt32(20, 2);
            }));
        }

        static Setting of(String name, float value) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                out.writeFloat(2, value);
                out.writeInt32(20, 1);
            }));
        }

        static Setting of(String name, String value) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                nested(out, 4, value.getBytes(StandardCharsets.UTF_8));
                out.writeInt32(20, 3);
            }));
        }

        static Setting list(String name, long... values) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                for (long value : values) {
                    out.writeInt64(8, value);
                }
                out.writeInt32(20, 7);
            }));
        }

        static Setting numbers(String name, float... values) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                for (float value : values) {
                    out.writeFloat(7, value);
                }
                out.writeInt32(20, 6);
            }));
        }

        static Setting tensor(String name, byte[] tensor) {
            return new Setting(OnnxFile.message(out -> {
                out.writeString(1, name);
                nested(out, 5, tensor);
                out.writeInt32(20, 4);
            }));
        }
    }

    static Setting set(String name, long value) {
        return Setting.of(name, value);
    }

    static Setting set(String name, float value) {
        return Setting.of(name, value);
    }

    static Setting set(String name, String value) {
        return Setting.of(name, value);
    }

    static Setting list(String name, long... values) {
        return Setting.list(name, values);
    }

    /** A node of one output; returns the output's name. */
    String node(String operator, List<String> inputs, Setting... settings) {
        String output = "v" + made++;
        node(operator, "", inputs, List.of(output), settings);
        return output;
    }

    void node(String operator, String domain, List<String> inputs, List<String> outputs, Setting... settings) {
        raw(1, message(out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            for (String output : outputs) {
                out.writeString(2, output);
            }
            out.writeString(3, operator + made);
            out.writeString(4, operator);
            for (Setting setting : settings) {
                nested(out, 5, setting.bytes());
            }
            out.writeString(7, domain);
        }));
    }

    public byte[] bytes() {
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeString(2, "semblance-test");
            nested(out, 7, graph.toByteArray());
            nested(out, 8, message(o -> o.writeInt64(2, opset)));
            for (byte[] entry : metadata) {
                nested(out, 14, entry);
            }
        });
    }

    // --- layers as exporters write them -----------------------------------------------------------------------------

    String conv(String x, int in, int out, int kernel, int stride, boolean bias, int groups) {
        double spread = Math.sqrt(2.0 / (kernel * kernel * in / groups));
        List<String> inputs = new ArrayList<>(List.of(x, weight(0, spread, out, in / groups, kernel, kernel)));
        if (bias) {
            inputs.add(weight(0, 0.1, out));
        }
        int pad = kernel / 2;
        return node(
                "Conv",
                inputs,
                list("kernel_shape", kernel, kernel),
                list("strides", stride, stride),
                list("pads", pad, pad, pad, pad),
                list("dilations", 1, 1),
                set("group", groups));
    }

    String norm(String x, int channels) {
        return node(
                "BatchNormalization",
                List.of(x, positive(channels), weight(0, 0.2, channels), weight(0, 0.2, channels), positive(channels)),
                set("epsilon", 1e-5f));
    }

    String prelu(String x, int channels) {
        return node("PRelu", List.of(x, weight(0.25, 0.1, channels, 1, 1)));
    }
}
