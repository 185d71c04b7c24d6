package org.semblance.bench.peers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.semblance.array.HostArray;

/** A TorchScript module: constants by name and the body of {@code forward(self, w)}; both peers load the same file. */
final class ScriptModule {
    private static final String CLASS = "Generator";

    private final List<Constant> constants = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();

    /** Adds a constant in row-major order; returns the expression that names it. */
    String constant(HostArray value) {
        return constant(value, false);
    }

    /** Adds a constant of four axes, its elements in channels-last order if asked. */
    String constant(HostArray value, boolean channelsLast) {
        Constant c = new Constant("c" + constants.size(), value, channelsLast);
        constants.add(c);
        return "self." + c.name;
    }

    /** Adds a line to the body. */
    void line(String format, Object... args) {
        body.append("    ").append(String.format(Locale.ROOT, format, args)).append('\n');
    }

    /** Writes the archive. */
    void write(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", pickle());
            put(zip, "code/__torch__.py", source().getBytes(StandardCharsets.US_ASCII));
            for (Constant c : constants) {
                put(zip, "data/" + c.name, c.bytes());
            }
            put(zip, "constants.pkl", new ScriptPickle().emptyTuple().stop());
            put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static OutputStream out(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file));
    }

    private byte[] pickle() {
        ScriptPickle p = new ScriptPickle();
        p.global("__torch__", CLASS).emptyTuple().newObject().emptyDict().mark();
        p.text("training").bool(false);
        for (Constant c : constants) {
            p.text(c.name).tensor(c.name, c.value.data().length, c.extents(), c.strides());
        }
        return p.setItems().build().stop();
    }

    String source() {
        StringBuilder s = new StringBuilder("class " + CLASS + "(Module):\n  __parameters__ = []\n  __buffers__ = [");
        constants.forEach(c -> s.append('"').append(c.name).append("\", "));
        s.append("]\n  training : bool\n");
        constants.forEach(c -> s.append("  ").append(c.name).append(" : Tensor\n"));
        s.append("  def forward(self: __torch__." + CLASS + ",\n    w: Tensor) -> Tensor:\n");
        return s.append(body).toString();
    }

    private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipEntry entry = new ZipEntry("generator/" + name);
        entry.setSize(data.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(data);
        zip.closeEntry();
    }

    private record Constant(String name, HostArray value, boolean channelsLast) {
        long[] extents() {
            long[] d = new long[value.shape().rank()];
            for (int i = 0; i < d.length; i++) {
                d[i] = value.shape().dim(i);
            }
            return d;
        }

        long[] strides() {
            long[] d = extents();
            if (channelsLast) {
                return new long[] {d[1] * d[2] * d[3], 1, d[3] * d[1], d[1]};
            }
            long[] s = new long[d.length];
            long step = 1;
            for (int i = d.length - 1; i >= 0; i--) {
                s[i] = step;
                step *= d[i];
            }
            return s;
        }

        byte[] bytes() {
            float[] data = channelsLast ? permuted() : value.data();
            ByteBuffer b = ByteBuffer.allocate(4 * data.length).order(ByteOrder.LITTLE_ENDIAN);
            b.asFloatBuffer().put(data);
            return b.array();
        }

        private float[] permuted() {
            int channels = value.shape().dim(1);
            int area = value.shape().dim(2) * value.shape().dim(3);
            float[] from = value.data();
            float[] to = new float[from.length];
            for (int i = 0; i < from.length; i++) {
                int plane = i / area;
                to[(plane / channels * area + i % area) * channels + plane % channels] = from[i];
            }
            return to;
        }
    }
}
