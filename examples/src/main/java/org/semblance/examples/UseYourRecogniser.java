package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.Disentangler;
import org.semblance.IdEncoder;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxInput;

/** A recogniser of yours, exported to ONNX, says whom a swap shows. */
public final class UseYourRecogniser {
    private UseYourRecogniser() {}

    /** @param files an ONNX file that takes red, green, blue in [-1, 1], and two pictures */
    public static void main(String... files) throws IOException {
        Device device = Device.best();
        try (Disentangler disentangler = Disentangler.load(Disentangler.embeddedModel(), device);
                IdEncoder yours = IdEncoder.of(OnnxFeatures.load(Path.of(files[0]), OnnxInput.arcFace(), device))) {
            Image identity = Image.read(Path.of(files[1]));
            Image attributes = Image.read(Path.of(files[2]));
            Image swapped = disentangler.swap(identity, attributes);
            int size = yours.resolution();
            float[] shown = yours.embed(swapped.resized(size, size));
            report("identity picture", shown, yours.embed(identity.resized(size, size)));
            report("attribute picture", shown, yours.embed(attributes.resized(size, size)));
        }
    }

    private static void report(String what, float[] shown, float[] embedding) {
        System.out.println("cosine of the swap and the " + what + ": " + IdEncoder.cosine(shown, embedding));
    }
}
