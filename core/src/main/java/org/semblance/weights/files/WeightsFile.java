package org.semblance.weights.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.semblance.weights.ByteSource;
import org.semblance.weights.Safetensors;
import org.semblance.weights.TfjsWeights;
import org.semblance.weights.Weights;
import org.semblance.weights.ZipMembers;
import org.semblance.weights.keras.KerasFiles;
import org.semblance.weights.naming.NamingScheme;
import org.semblance.weights.naming.NamingSchemes;
import org.semblance.weights.numpy.NumpyFiles;
import org.semblance.weights.torch.TorchFiles;

/**
 * A file of weights in any container, told by its first bytes (only pickles of protocol 0, which begin with text, also
 * by their name, and TensorFlow.js' manifests): safetensors, PyTorch's zip and legacy checkpoints, StyleGAN2-ADA's
 * pickles, Keras' HDF5, NumPy's arrays, TensorFlow.js' weights.
 * Opening reads descriptions, and of a zip checks every sum; tensors are read one at a time when asked for.
 *
 * <p>A file is untrusted. Nothing in it is executed, sizes that it claims are checked before they are allocated, and
 * whatever is wrong is an {@link IOException} that says what.
 */
public final class WeightsFile implements AutoCloseable {
    private static final int START = 16;
    private static final int MOST_PARTS = 200;
    /** Formats whose readers open the file themselves. */
    private static final Set<FileFormat> REOPENED =
            EnumSet.of(FileFormat.KERAS_HDF5, FileFormat.SAFETENSORS, FileFormat.TFJS);
    /** Beside {@code g_ema} in rosinality's files: the mean style code. */
    private static final String LATENT_AVG = "latent_avg";
    /** The parts that inference uses, the best first. */
    private static final List<String> PREFERRED = List.of("G_ema", "g_ema", "", "model", "state_dict", "G", "g");

    private final Path path;
    private final FileFormat format;
    private final Weights weights;
    private final List<NetworkPart> parts;

    private WeightsFile(Path path, FileFormat format, Weights weights) {
        this.path = path;
        this.format = format;
        this.weights = weights;
        parts = List.copyOf(recognised(weights));
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it cannot be read, is of no known format, damaged, or asks for more than it may
     */
    public static WeightsFile open(Path path) throws IOException {
        ByteSource bytes = ByteSource.of(path);
        try {
            Opened opened = opened(path, bytes);
            if (REOPENED.contains(opened.format())) {
                bytes.close();
            }
            return new WeightsFile(path, opened.format(), opened.weights());
        } catch (IOException | RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
    }

    private record Opened(FileFormat format, Weights weights) {}

    private static Opened opened(Path path, ByteSource bytes) throws IOException {
        String source = path.toString();
        byte[] start = start(bytes);
        if (source.endsWith(TfjsWeights.MANIFEST)) {
            return new Opened(FileFormat.TFJS, TfjsWeights.open(path));
        }
        if (begins(start, 'P', 'K')) {
            ZipMembers zip = ZipMembers.open(bytes, source);
            if (NumpyFiles.isArchive(zip)) {
                return new Opened(FileFormat.NPZ, NumpyFiles.archive(zip, bytes, source));
            }
            return new Opened(FileFormat.TORCH_ZIP, TorchFiles.zip(zip, bytes, source));
        }
        if (begins(start, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
            return new Opened(FileFormat.NPY, NumpyFiles.array(bytes, source));
        }
        if (begins(start, 0x89, 'H', 'D', 'F')) {
            return new Opened(FileFormat.KERAS_HDF5, KerasFiles.open(path));
        }
        if (TorchFiles.isLegacy(bytes)) {
            return new Opened(FileFormat.TORCH_LEGACY, TorchFiles.legacy(bytes, source));
        }
        boolean pickled = begins(start, 0x80) && start.length > 1 && start[1] <= 5 || isTextPickle(source, start);
        if (pickled && !isSafetensors(start, bytes.size())) {
            return new Opened(FileFormat.PICKLE, TorchFiles.pickle(bytes, source));
        }
        return new Opened(FileFormat.SAFETENSORS, safetensors(path, start, bytes.size()));
    }

    private static Weights safetensors(Path path, byte[] start, long size) throws IOException {
        if (!isSafetensors(start, size) && !path.toString().endsWith(".safetensors")) {
            throw new IOException(
                    "weights: a file must be safetensors, a PyTorch checkpoint, a StyleGAN2-ADA pickle, Keras"
                            + " HDF5, NumPy's arrays or TensorFlow.js' manifest (NAME" + TfjsWeights.MANIFEST
                            + ", not the .bin beside it), got none of these [" + path + "]");
        }
        return Safetensors.open(path);
    }

    /** The length of a header that fits the file, and its brace. */
    private static boolean isSafetensors(byte[] start, long size) {
        if (start.length < 9 || start[8] != '{') {
            return false;
        }
        long length = Long.reverseBytes(ByteBuffer.wrap(start).getLong());
        return length >= 2 && length <= size - 8;
    }

    /** Pickles of protocol 0 begin with anything; they are read only to be refused by what they name. */
    private static boolean isTextPickle(String source, byte[] start) {
        boolean named = source.endsWith(".pkl")
                || source.endsWith(".pickle")
                || source.endsWith(".pt")
                || source.endsWith(".pth");
        return named && start.length > 0 && (begins(start, 0x80) || "(cCiSVILFGNPdl}])".indexOf(start[0]) >= 0);
    }

    private static byte[] start(ByteSource bytes) throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(START, bytes.size()));
        bytes.read(0, start);
        return start.array();
    }

    private static boolean begins(byte[] start, int... with) {
        for (int i = 0; i < with.length; i++) {
            if (i >= start.length || (start[i] & 0xff) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<NetworkPart> recognised(Weights weights) {
        List<NetworkPart> parts = new ArrayList<>();
        for (String name : prefixes(weights)) {
            Weights part = part(weights, name);
            NamingSchemes.of(part).ifPresent(scheme -> parts.add(new NetworkPart(name, scheme, part)));
        }
        return parts;
    }

    /** The whole, and one or two leading keys of its names. */
    private static Set<String> prefixes(Weights weights) {
        Set<String> prefixes = new LinkedHashSet<>();
        prefixes.add("");
        for (String name : weights.names()) {
            int first = name.indexOf('.');
            int second = first < 0 ? -1 : name.indexOf('.', first + 1);
            for (int end : new int[] {first, second}) {
                if (end > 0 && prefixes.size() < MOST_PARTS) {
                    prefixes.add(name.substring(0, end));
                }
            }
        }
        return prefixes;
    }

    private static Weights part(Weights weights, String name) {
        if (name.isEmpty()) {
            return weights;
        }
        Map<String, Weights.Relaid> view = new LinkedHashMap<>();
        String prefix = name + ".";
        for (String full : weights.names()) {
            if (full.startsWith(prefix)) {
                view.put(full.substring(prefix.length()), new Weights.Relaid(full, null, weights.shape(full)));
            }
        }
        if (weights.contains(LATENT_AVG) && name.equals("g_ema")) {
            view.putIfAbsent(LATENT_AVG, new Weights.Relaid(LATENT_AVG, null, weights.shape(LATENT_AVG)));
        }
        return weights.relaid(view);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Its container. */
    public FileFormat format() {
        return format;
    }

    /** Everything in it, under its own names. */
    public Weights weights() {
        return weights;
    }

    /** The networks that were recognised in it. */
    public List<NetworkPart> parts() {
        return parts;
    }

    /** The network that inference uses; of a training snapshot the moving average of the generator. */
    public Optional<NetworkPart> main() {
        for (String name : PREFERRED) {
            Optional<NetworkPart> found = find(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return parts.stream().findFirst();
    }

    /** The network at a place of the file. */
    public Optional<NetworkPart> find(String name) {
        return parts.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** The tensors at a place of the file, under what follows it: a network or not. */
    public Weights at(String name) {
        return part(weights, name);
    }

    /** The schemes that are known. */
    public static List<NamingScheme> schemes() {
        return NamingSchemes.all();
    }

    @Override
    public void close() throws IOException {
        weights.close();
    }
}
