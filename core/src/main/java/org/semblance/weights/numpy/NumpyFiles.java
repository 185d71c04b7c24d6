package org.semblance.weights.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.semblance.array.Shape;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;
import org.semblance.weights.ByteStore;
import org.semblance.weights.Permutation;
import org.semblance.weights.TensorInfo;
import org.semblance.weights.TensorStore;
import org.semblance.weights.Weights;
import org.semblance.weights.ZipMembers;

/**
 * NumPy's {@code .npy} (versions 1 to 3) and {@code .npz}: numbers of either byte order, in C's or Fortran's order.
 * Arrays of objects, which are pickles, and of text are refused.
 */
public final class NumpyFiles {
    /** Name of the array of an {@code .npy} file. */
    public static final String ARRAY = "array";

    private static final int MOST_HEADER = 1 << 16;
    private static final String EXTENSION = ".npy";

    private NumpyFiles() {}

    /** Whether the archive holds arrays. */
    public static boolean isArchive(ZipMembers zip) {
        return !zip.names().isEmpty() && zip.names().stream().allMatch(name -> name.endsWith(EXTENSION));
    }

    /** The array of a file, under the name {@link #ARRAY}. Closing it closes the file. */
    public static Weights array(ByteSource file, String source) throws IOException {
        return weights(Map.of(ARRAY, Member.of(ARRAY, file, source)), file, source);
    }

    /** The arrays of an archive, under their names without extension. Closing them closes the file. */
    public static Weights archive(ZipMembers zip, ByteSource file, String source) throws IOException {
        Map<String, Member> members = new LinkedHashMap<>();
        for (String name : zip.names()) {
            String plain = name.substring(0, name.length() - EXTENSION.length());
            members.put(plain, Member.of(plain, zip.get(name), source));
        }
        return weights(members, file, source);
    }

    private static Weights weights(Map<String, Member> members, ByteSource file, String source) {
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        members.forEach((name, member) -> infos.put(name, member.shown()));
        return new Weights(source, infos, Map.of(), new Arrays(members, file));
    }

    private static Permutation reversal(Shape shape) {
        return Permutation.reversed(shape.rank());
    }

    /**
     * One array.
     *
     * @param stored the tensor as it lies in the file; of reversed axes in Fortran's order
     */
    private record Member(TensorInfo stored, boolean fortran, ByteStore store) {
        static Member of(String name, ByteSource bytes, String source) throws IOException {
            try {
                return parse(name, bytes);
            } catch (EOFException e) {
                throw new IOException("npy: " + name + " was cut short: " + e.getMessage() + " [" + source + "]", e);
            } catch (IOException e) {
                throw new IOException("npy: " + name + ": " + e.getMessage() + " [" + source + "]", e);
            }
        }

        private static Member parse(String name, ByteSource bytes) throws IOException {
            ByteCursor in = new ByteCursor(bytes);
            if (in.u8() != 0x93 || !new String(in.bytes(5), StandardCharsets.ISO_8859_1).equals("NUMPY")) {
                throw new IOException("an array must begin with NumPy's magic, got something else");
            }
            int version = in.u8();
            in.u8();
            if (version < 1 || version > 3) {
                throw new IOException("versions 1 to 3 are read, got " + version);
            }
            long length = version == 1 ? in.u16() : in.u32();
            if (length > MOST_HEADER) {
                throw new IOException("a header has at most " + MOST_HEADER + " bytes, got " + length);
            }
            NpyHeader header = NpyHeader.parse(new String(in.bytes((int) length), StandardCharsets.UTF_8));
            return placed(name, header, bytes, in.position());
        }

        private static Member placed(String name, NpyHeader header, ByteSource bytes, long start) throws IOException {
            int[] dims = header.fortran() ? reversed(header.dims()) : header.dims();
            TensorInfo info;
            try {
                info = new TensorInfo(name, header.type(), Shape.of(dims), start);
                if (info.length() != bytes.size() - start) {
                    throw new IOException("the data must have " + info.length() + " bytes for " + info.type() + " "
                            + info.shape() + ", got " + (bytes.size() - start));
                }
            } catch (ArithmeticException e) {
                throw new IOException("an array must have fewer than 2^63 bytes, got more", e);
            }
            return new Member(info, header.fortran() && dims.length > 1, new ByteStore(bytes, header.order()));
        }

        private static int[] reversed(int[] dims) {
            int[] reversed = new int[dims.length];
            for (int i = 0; i < dims.length; i++) {
                reversed[i] = dims[dims.length - 1 - i];
            }
            return reversed;
        }

        TensorInfo shown() {
            return fortran
                    ? new TensorInfo(
                            stored.name(),
                            stored.type(),
                            reversal(stored.shape()).shape(stored.shape()),
                            0)
                    : stored;
        }
    }

    private record Arrays(Map<String, Member> members, ByteSource file) implements TensorStore {
        @Override
        public float[] floats(TensorInfo tensor) throws IOException {
            Member member = member(tensor);
            float[] data = member.store().floats(member.stored());
            return member.fortran()
                    ? reversal(member.stored().shape())
                            .apply(data, member.stored().shape())
                    : data;
        }

        @Override
        public double[] doubles(TensorInfo tensor) throws IOException {
            Member member = member(tensor);
            double[] data = member.store().doubles(member.stored());
            return member.fortran()
                    ? reversal(member.stored().shape())
                            .apply(data, member.stored().shape())
                    : data;
        }

        private Member member(TensorInfo tensor) {
            return Objects.requireNonNull(members.get(tensor.name()), tensor.name());
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
