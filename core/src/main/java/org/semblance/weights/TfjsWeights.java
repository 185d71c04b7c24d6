package org.semblance.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.json.Json;

/**
 * TensorFlow.js' weights: a manifest {@code X-weights_manifest.json} beside files of raw elements, quantised to 8 or 16
 * bits or not. The networks of face-api.js come in it.
 *
 * <p>The manifest lists groups {@code {weights: [...], paths: [...]}}; the files of a group are one run of bytes, in
 * which its tensors lie one behind the other, little-endian. A quantised element q is {@code q * scale + min}, computed
 * in double precision and rounded once. Shapes, names and the sizes of the files are checked before an element is read.
 */
public final class TfjsWeights {
    /** How the names of manifests end. */
    public static final String MANIFEST = "-weights_manifest.json";

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int MOST_FILES = 4096;

    private final String source;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, QuantisedStore.Coding> codings = new LinkedHashMap<>();
    private final List<ByteSource> files = new ArrayList<>();
    private long at;

    private TfjsWeights(String source) {
        this.source = source;
    }

    /**
     * Opens the tensors of a manifest; its files lie in the same folder. They stay open until the result is closed.
     *
     * @throws IOException if a file is missing, or anything does not fit
     */
    public static Weights open(Path manifest) throws IOException {
        TfjsWeights reading = new TfjsWeights(manifest.toString());
        try {
            return reading.weights(Json.parse(manifest), manifest);
        } catch (IllegalArgumentException | ArithmeticException e) {
            reading.close(e);
            throw reading.broken(String.valueOf(e.getMessage()), e);
        } catch (IOException | RuntimeException | Error e) {
            reading.close(e);
            throw e;
        }
    }

    private void close(Throwable failure) {
        for (ByteSource file : files) {
            try {
                file.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private Weights weights(Json manifest, Path beside) throws IOException {
        for (Json group : manifest.elements()) {
            group(group, beside);
        }
        ByteSource joined = new JoinedSource(files);
        return new Weights(source, tensors, Map.of("format", "tfjs"), new QuantisedStore(joined, codings));
    }

    private void group(Json group, Path beside) throws IOException {
        long start = at;
        for (Json weight : group.get("weights").elements()) {
            tensor(weight);
        }
        long size = 0;
        for (Json path : group.get("paths").elements()) {
            size = Math.addExact(size, file(path, beside).size());
        }
        if (size != at - start) {
            throw broken(
                    "the files " + group.get("paths").compact() + " must hold " + (at - start) + " bytes, got " + size,
                    null);
        }
    }

    private ByteSource file(Json path, Path beside) throws IOException {
        String name = path.asString();
        if (!FILE.matcher(name).matches()) {
            throw path.wrong("a plain file name", "'" + name + "'");
        }
        if (files.size() == MOST_FILES) {
            throw path.wrong("at most " + MOST_FILES + " files", "more");
        }
        if (!Files.isRegularFile(beside.resolveSibling(name))) {
            throw new NoSuchFileException(beside.resolveSibling(name).toString());
        }
        ByteSource file = ByteSource.of(beside.resolveSibling(name));
        files.add(file);
        return file;
    }

    private void tensor(Json weight) {
        String name = weight.get("name").asString();
        Shape shape = shape(weight.get("shape"));
        StoredType type = type(weight.get("dtype"));
        QuantisedStore.Coding coding =
                weight.find("quantization").map(q -> coding(q, type)).orElse(QuantisedStore.Coding.plain(type));
        TensorInfo info = new TensorInfo(name, type, shape, at);
        if (tensors.put(name, info) != null) {
            throw weight.get("name").wrong("each name once", "'" + name + "' again");
        }
        codings.put(name, coding);
        at = Math.addExact(at, Math.multiplyExact(shape.count(), coding.stored().bytes()));
    }

    private static Shape shape(Json json) {
        int[] dims = json.asInts();
        for (int dim : dims) {
            if (dim < 0) {
                throw json.wrong("extents of at least 0", json.compact());
            }
        }
        if (dims.length > 16) {
            throw json.wrong("at most 16 axes", dims.length + "");
        }
        return Shape.of(dims);
    }

    private static StoredType type(Json dtype) {
        return switch (dtype.asString()) {
            case "float32" -> StoredType.F32;
            case "float16" -> StoredType.F16;
            case "int32" -> StoredType.I32;
            case "uint8" -> StoredType.U8;
            case "bool" -> StoredType.BOOL;
            default -> throw dtype.wrong("float32, float16, int32, uint8 or bool", "'" + dtype.asString() + "'");
        };
    }

    private static QuantisedStore.Coding coding(Json quantization, StoredType type) {
        Json dtype = quantization.get("dtype");
        return switch (dtype.asString()) {
            case "uint8" -> affine(quantization, StoredType.U8, type);
            case "uint16" -> affine(quantization, StoredType.U16, type);
            case "float16" -> QuantisedStore.Coding.plain(StoredType.F16);
            default -> throw dtype.wrong("uint8, uint16 or float16", "'" + dtype.asString() + "'");
        };
    }

    private static QuantisedStore.Coding affine(Json quantization, StoredType stored, StoredType type) {
        double scale = quantization.get("scale").asDouble();
        double min = quantization.get("min").asDouble();
        return new QuantisedStore.Coding(stored, scale, min, type == StoredType.I32);
    }

    private IOException broken(String what, @Nullable Throwable cause) {
        return new IOException("tfjs weights: " + what + " [" + source + "]", cause);
    }
}
