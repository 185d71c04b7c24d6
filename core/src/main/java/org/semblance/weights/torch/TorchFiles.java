package org.semblance.weights.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;
import org.semblance.weights.StoredType;
import org.semblance.weights.TensorInfo;
import org.semblance.weights.TensorStore;
import org.semblance.weights.Weights;
import org.semblance.weights.ZipMembers;
import org.semblance.weights.pickle.Unpickler;

/**
 * The containers of PyTorch, read without Python: zip checkpoints, legacy checkpoints, and the pickled networks of
 * stylegan2-ada-pytorch and stylegan3. A tensor's name is the path of keys to it; dicts, lists and modules nest.
 *
 * <p>Pickles are data here: a global that genuine files do not name is refused by name, the source code that
 * StyleGAN's pickles carry is not read. Tensors are views of the file, read one at a time when asked for.
 */
public final class TorchFiles {
    private static final String OBJECT = "data.pkl";

    private TorchFiles() {}

    /** Whether the bytes begin as a legacy checkpoint does. */
    public static boolean isLegacy(ByteSource file) throws IOException {
        return LegacyTorch.begins(file);
    }

    /** Tensors of a zip checkpoint. Closing them closes the file. */
    public static Weights zip(ZipMembers zip, ByteSource file, String source) throws IOException {
        List<String> objects = zip.names().stream()
                .filter(name -> name.endsWith("/" + OBJECT) && name.indexOf('/') == name.length() - OBJECT.length() - 1)
                .toList();
        if (objects.size() != 1) {
            throw new IOException("torch: an archive must have one FOLDER/data.pkl, got " + objects + in(source));
        }
        String top = objects.get(0).substring(0, objects.get(0).length() - OBJECT.length());
        requireLittleEndian(zip.find(top + "byteorder"), source);
        if (zip.find(top + "constants.pkl") != null) {
            throw new IOException("torch: a TorchScript archive holds code; save its state_dict instead" + in(source));
        }
        return named(source, file, budget -> {
            Members members = new Members(zip, top + "data/");
            return Unpickler.read(new ByteCursor(zip.get(objects.get(0))), new TorchTypes(budget, members));
        });
    }

    private static void requireLittleEndian(@org.jspecify.annotations.Nullable ByteSource mark, String source)
            throws IOException {
        if (mark == null) {
            return;
        }
        String order = new String(Unpickler.small(mark, 64), StandardCharsets.UTF_8).strip();
        if (!order.equals("little")) {
            throw new IOException("torch: storages must be little-endian, got byteorder '" + order + "'" + in(source));
        }
    }

    /** Tensors of a legacy checkpoint. Closing them closes the file. */
    public static Weights legacy(ByteSource file, String source) throws IOException {
        return named(source, file, budget -> LegacyTorch.read(file, budget));
    }

    /** Tensors of a pickle with its storages inside. Closing them closes the file. */
    public static Weights pickle(ByteSource file, String source) throws IOException {
        return named(
                source,
                file,
                budget -> Unpickler.read(new ByteCursor(file), new TorchTypes(budget, TorchTypes.Storages.NONE)));
    }

    private interface Read {
        Object object(Budget budget) throws IOException;
    }

    private static Weights named(String source, ByteSource file, Read read) throws IOException {
        try {
            TensorTree tree = TensorTree.of(read.object(new Budget(file.size())));
            Map<String, TensorInfo> infos = new LinkedHashMap<>();
            tree.tensors().forEach((name, tensor) -> infos.put(name, tensor.info(name)));
            return new Weights(source, infos, tree.settings(), new Tensors(tree.tensors(), file));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw message.endsWith(in(source)) ? e : new IOException(message + in(source), e);
        }
    }

    private static String in(String source) {
        return " [" + source + "]";
    }

    /** Storages that are members of an archive. */
    private static final class Members implements TorchTypes.Storages {
        private final ZipMembers zip;
        private final String folder;
        private final Map<String, Storage> known = new HashMap<>();

        Members(ZipMembers zip, String folder) {
            this.zip = zip;
            this.folder = folder;
        }

        @Override
        public Storage find(String key, StoredType type, long count, List<Object> view) throws IOException {
            Storage storage = known.get(key);
            if (storage == null || storage.type() != type || storage.count() != count) {
                storage = new Storage(type, count).found(zip.get(folder + key));
                known.put(key, storage);
            }
            return storage;
        }
    }

    /** Reads tensors where their storages are. */
    private record Tensors(Map<String, StridedTensor> tensors, ByteSource file) implements TensorStore {
        @Override
        public float[] floats(TensorInfo tensor) throws IOException {
            return named(tensor).floats();
        }

        @Override
        public double[] doubles(TensorInfo tensor) throws IOException {
            return named(tensor).doubles();
        }

        private StridedTensor named(TensorInfo tensor) {
            StridedTensor found = tensors.get(tensor.name());
            if (found == null) {
                throw new IllegalArgumentException("torch: no tensor named " + tensor.name());
            }
            return found;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
