package org.semblance.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the files of a model folder are: a directory, the class path, or anything else with named streams. */
public interface ModelSource {
    /** What this is, for messages. */
    String name();

    /**
     * Opens a file by its plain name.
     *
     * @throws IOException naming the file, if there is none
     */
    InputStream open(String file) throws IOException;

    /** The file on disk, where there is one; lets large files stay there. */
    default Optional<Path> path(String file) {
        return Optional.empty();
    }

    /** The files of a directory. */
    static ModelSource of(Path directory) {
        return new Directory(directory);
    }

    /**
     * Resources on the class path.
     *
     * @param loader finds them
     * @param folder their common place, without slashes at the ends: {@code org/semblance/models/heads64}
     */
    static ModelSource of(ClassLoader loader, String folder) {
        return new Resources(loader, folder);
    }

    /** The files of a directory. */
    record Directory(Path directory) implements ModelSource {
        @Override
        public String name() {
            return directory.toString();
        }

        @Override
        public InputStream open(String file) throws IOException {
            Path path = directory.resolve(file);
            if (!Files.isRegularFile(path)) {
                throw new FileNotFoundException("model folder: no file " + file + " [" + name() + "]");
            }
            return Files.newInputStream(path);
        }

        @Override
        public Optional<Path> path(String file) {
            return Optional.of(directory.resolve(file)).filter(Files::isRegularFile);
        }
    }

    /** Resources on the class path. */
    record Resources(ClassLoader loader, String folder) implements ModelSource {
        @Override
        public String name() {
            return "class path " + folder;
        }

        @Override
        public InputStream open(String file) throws IOException {
            InputStream in = loader.getResourceAsStream(folder + "/" + file);
            if (in == null) {
                throw new FileNotFoundException("model folder: no file " + file + " [" + name() + "]");
            }
            return in;
        }
    }
}
