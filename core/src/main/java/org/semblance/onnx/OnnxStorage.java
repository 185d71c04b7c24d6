package org.semblance.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where the bytes of weights lie: in the model's own file, or in a file beside it. */
interface OnnxStorage {
    /** Bytes of the model itself, which were seen to be there. */
    OnnxData inside(long offset, long length);

    /**
     * Bytes of an external file.
     *
     * @param length number of bytes, or -1 for the rest of the file
     * @throws IOException if it is not a file of the model's own folder, or too short
     */
    OnnxData outside(String location, long offset, long length) throws IOException;

    /** A model in memory. */
    record Memory(byte[] all) implements OnnxStorage {
        @Override
        public OnnxData inside(long offset, long length) {
            return new OnnxData.InMemory(all, Math.toIntExact(offset), Math.toIntExact(length));
        }

        @Override
        public OnnxData outside(String location, long offset, long length) throws IOException {
            throw new IOException("onnx: a model in memory cannot have weights outside, got '" + location + "'");
        }
    }

    /** A model in a file. */
    record Folder(Path model) implements OnnxStorage {
        @Override
        public OnnxData inside(long offset, long length) {
            return new OnnxData.InFile(model, offset, length);
        }

        @Override
        public OnnxData outside(String location, long offset, long length) throws IOException {
            Path file = beside(location);
            long size = Files.size(file);
            long wanted = length < 0 ? size - offset : length;
            if (offset < 0 || offset > size || wanted > size - offset) {
                throw new IOException("onnx: external data must lie inside " + file + " of " + size + " bytes, got "
                        + wanted + " from " + offset);
            }
            return new OnnxData.InFile(file, offset, wanted);
        }

        private Path beside(String location) throws IOException {
            Path folder = model.toAbsolutePath().resolveSibling("").toRealPath();
            boolean plain = !location.isEmpty() && !location.contains("\\") && !location.contains("..");
            try {
                if (plain && !Path.of(location).isAbsolute()) {
                    Path file = folder.resolve(location).toRealPath();
                    if (file.startsWith(folder) && Files.isRegularFile(file)) {
                        return file;
                    }
                }
            } catch (NoSuchFileException e) {
                throw new IOException("onnx: external data '" + location + "' is missing", e);
            } catch (InvalidPathException e) {
                throw new IOException("onnx: external data must lie in the model's folder, got an unusable name", e);
            }
            throw new IOException("onnx: external data must lie in the model's folder, got '" + location + "'");
        }
    }
}
