package org.semblance.weights.keras;

import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.lang.reflect.Array;
import org.semblance.weights.StoredType;

/** Element types and elements of datasets. */
final class Hdf5Elements {
    private Hdf5Elements() {}

    /** The type of a dataset of numbers. @throws IOException if it holds something else */
    static StoredType type(String name, DataType type) throws IOException {
        if (type instanceof FloatingPoint f) {
            return floating(name, f);
        }
        if (type instanceof FixedPoint f && f.getBitOffset() == 0 && f.getBitPrecision() == 8 * f.getSize()) {
            switch (f.getSize()) {
                case 1:
                    return f.isSigned() ? StoredType.I8 : StoredType.U8;
                case 2:
                    return f.isSigned() ? StoredType.I16 : StoredType.U16;
                case 4:
                    return f.isSigned() ? StoredType.I32 : StoredType.U32;
                case 8:
                    return f.isSigned() ? StoredType.I64 : StoredType.U64;
                default:
                    break;
            }
        }
        throw unknown(name, type);
    }

    private static StoredType floating(String name, FloatingPoint f) throws IOException {
        int form = f.getSize() << 16 | f.getExponentSize() << 8 | f.getMantissaSize();
        boolean isWhole = f.getBitOffset() == 0 && f.getBitPrecision() == 8 * f.getSize();
        if (isWhole && form == (2 << 16 | 5 << 8 | 10)) {
            return StoredType.F16;
        }
        if (isWhole && form == (4 << 16 | 8 << 8 | 23)) {
            return StoredType.F32;
        }
        if (isWhole && form == (8 << 16 | 11 << 8 | 52)) {
            return StoredType.F64;
        }
        throw unknown(name, f);
    }

    private static IOException unknown(String name, DataType type) {
        return new IOException("keras: datasets must hold IEEE floats or integers of 1 to 8 bytes, got "
                + type.getClass().getSimpleName() + " of " + type.getSize() + " bytes for " + name);
    }

    /** All elements. */
    static double[] doubles(Dataset dataset) {
        Object data = dataset.getDataFlat();
        if (data instanceof double[] d) {
            return d;
        }
        if (!data.getClass().isArray()) {
            return new double[] {((Number) data).doubleValue()};
        }
        double[] to = new double[Array.getLength(data)];
        for (int i = 0; i < to.length; i++) {
            Object element = Array.get(data, i);
            to[i] = ((Number) element).doubleValue();
        }
        return to;
    }

    /** All elements of a dataset of floats. */
    static float[] floats(Dataset dataset) {
        Object data = dataset.getDataFlat();
        if (data instanceof float[] f) {
            return f;
        }
        double[] wide = doubles(dataset);
        float[] to = new float[wide.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) wide[i];
        }
        return to;
    }
}
