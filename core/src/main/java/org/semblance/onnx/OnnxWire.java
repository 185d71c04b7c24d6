package org.semblance.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Messages of protocol buffers in a file that may be hostile: no length is believed beyond what is left. */
final class OnnxWire {
    static final int MOST_TEXT = 1 << 16;

    private final long size;
    private final CodedInputStream in;

    OnnxWire(InputStream bytes, long size) {
        this.size = size;
        in = CodedInputStream.newInstance(bytes);
        in.setSizeLimit(Integer.MAX_VALUE);
    }

    /** How many bytes have been read. */
    long position() {
        return in.getTotalBytesRead();
    }

    void skip(int length) throws IOException {
        in.skipRawBytes(length);
    }

    /** What to do with a field; true if it was read, else it is skipped. */
    interface Field {
        boolean read(int number, int wire) throws IOException;
    }

    void fields(Field field) throws IOException {
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

    void message(int wire, Field field) throws IOException {
        int before = in.pushLimit(length(wire));
        fields(field);
        in.checkLastTagWas(0);
        in.popLimit(before);
    }

    /** The length of what follows, which must be there. */
    int length(int wire) throws IOException {
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

    String text(int wire) throws IOException {
        int length = length(wire);
        if (length > MOST_TEXT) {
            throw new IOException("a name must have at most " + MOST_TEXT + " bytes, got " + length);
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    long integer(int wire) throws IOException {
        if (wire != WireFormat.WIRETYPE_VARINT) {
            throw new IOException("a field has the wrong kind " + wire);
        }
        return in.readRawVarint64();
    }

    void entry(int wire, Map<String, String> to) throws IOException {
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

    /** What to do with the one field of a message that matters. */
    interface Inner {
        void read(int wire) throws IOException;
    }

    void inside(int wire, int wanted, Inner inner) throws IOException {
        message(wire, (number, w) -> {
            if (number == wanted) {
                inner.read(w);
            }
            return number == wanted;
        });
    }

    /** A list of numbers that grows with what is read. */
    final class Numbers {
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

    interface Element {
        void read() throws IOException;
    }
}
