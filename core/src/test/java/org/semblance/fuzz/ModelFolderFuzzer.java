package org.semblance.fuzz;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.semblance.Disentangler;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelSource;

/** Descriptions of model folders and lists of operations, beside the whole weights of very small networks. */
public final class ModelFolderFuzzer {
    private static final Device DEVICE = Device.cpu();
    private static final Map<String, byte[]> FILES = files();

    private ModelFolderFuzzer() {}

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        Corpora.read("model-folder-files.zip", files::put);
        return files;
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        fault(bytes);
    }

    /** Whether the folder was refused; anything but an {@link IOException} is thrown. */
    static boolean fault(byte[] description) {
        try (Disentangler pipeline = Disentangler.load(ModelFolder.open(source(description)), DEVICE)) {
            int side = pipeline.identity().resolution();
            pipeline.identity().embed(Image.filled(side, side, 0x406080));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static ModelSource source(byte[] description) {
        return new ModelSource() {
            @Override
            public String name() {
                return "fuzz";
            }

            @Override
            public InputStream open(String file) throws IOException {
                byte[] bytes = file.equals("model.json") ? description : FILES.get(file);
                if (bytes == null) {
                    throw new FileNotFoundException(file);
                }
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
