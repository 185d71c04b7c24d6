package org.semblance.fuzz;

import java.io.IOException;
import org.semblance.backend.Device;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;

/** ONNX files: read, built and run once. */
public final class OnnxFuzzer {
    private static final Device DEVICE = Device.cpu();

    private OnnxFuzzer() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        fault(bytes);
    }

    /** Whether the file was refused; anything but an {@link IOException} is thrown. */
    static boolean fault(byte[] bytes) {
        try {
            OnnxModel model = OnnxModel.read(bytes, "fuzz");
            try (OnnxFeatures features = OnnxFeatures.of(model, OnnxInput.of(model), DEVICE)) {
                return features.size() == 0;
            }
        } catch (IOException e) {
            return true;
        }
    }
}
