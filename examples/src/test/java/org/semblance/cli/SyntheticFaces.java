package org.semblance.cli;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.FaceRecognitionNetwork;
import org.semblance.networks.faceapi.SsdMobileNet;
import org.semblance.networks.faceapi.TinyFaceDetector;
import org.semblance.nn.ParameterSource;

/**
 * A folder of face-api.js' networks whose weights are zero but for what makes them see one face in the middle of every
 * picture: enough for the verbs, and no bytes of others.
 */
final class SyntheticFaces {
    private SyntheticFaces() {}

    /** Writes the larger detector and the larger landmark network. */
    static Path in(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, "ssd_mobilenetv1_model", taken(s -> SsdMobileNet.load(s, Device.cpu(), false)));
        write(
                folder,
                "face_landmark_68_model",
                taken(s -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.FULL, s, Device.cpu(), false)));
        return folder;
    }

    /** Writes the other networks of the package, for what can be told and converted. */
    static Path othersIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, "face_recognition_model", taken(s -> FaceRecognitionNetwork.load(s, Device.cpu(), false)));
        write(
                folder,
                "face_landmark_68_tiny_model",
                taken(s -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.TINY, s, Device.cpu(), false)));
        write(folder, "tiny_face_detector_model", taken(s -> TinyFaceDetector.load(s, Device.cpu(), false)));
        return folder;
    }

    /** The names and shapes that a network asks for, with its values. */
    private static Map<String, HostArray> taken(Function<ParameterSource, AutoCloseable> network) throws IOException {
        Map<String, HostArray> all = new LinkedHashMap<>();
        ParameterSource source = new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                return all.computeIfAbsent(name, n -> new HostArray(shape, values(n, shape.intCount())));
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                return take(name, shape);
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                return null;
            }
        };
        try (AutoCloseable made = network.apply(source)) {
            return all;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static float[] values(String name, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = value(name, i);
        }
        return values;
    }

    private static float value(String name, int i) {
        if (name.equals("Output/extra_dim")) {
            return i % 4 < 2 ? 0.25f : 0.75f; // every prior is the middle of the picture
        }
        if (name.equals("fc/bias")) {
            return landmark(i / 2)[i % 2];
        }
        return name.endsWith("ClassPredictor/biases") ? 5 : name.contains("variance") ? 1 : 0;
    }

    /** Eyes, mouth, and the rest in the middle, as fractions of the box. */
    private static float[] landmark(int k) {
        if (k >= 36 && k < 42) {
            return new float[] {0.3f, 0.4f};
        }
        if (k >= 42 && k < 48) {
            return new float[] {0.7f, 0.4f};
        }
        return k >= 48 ? new float[] {k % 2 == 0 ? 0.35f : 0.65f, 0.75f} : new float[] {0.5f, 0.5f};
    }

    private static void write(Path folder, String name, Map<String, HostArray> tensors) throws IOException {
        List<Map<String, Object>> weights = new ArrayList<>();
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve(name + ".bin"))))) {
            for (Map.Entry<String, HostArray> e : tensors.entrySet()) {
                weights.add(described(e.getKey(), e.getValue(), out));
            }
        }
        Json manifest = Json.of(List.of(Map.of("weights", weights, "paths", List.of(name + ".bin"))));
        Files.writeString(folder.resolve(name + "-weights_manifest.json"), manifest.compact());
    }

    /** Zeros in a byte each, other values as they are. */
    private static Map<String, Object> described(String name, HostArray array, DataOutputStream out)
            throws IOException {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("shape", array.shape().dims());
        entry.put("dtype", "float32");
        boolean isZero = true;
        for (float v : array.data()) {
            isZero &= v == 0;
        }
        if (isZero) {
            entry.put("quantization", Map.of("dtype", "uint8", "scale", 1, "min", 0));
            out.write(new byte[array.data().length]);
        } else {
            for (float v : array.data()) {
                out.writeInt(Integer.reverseBytes(Float.floatToIntBits(v)));
            }
        }
        return entry;
    }
}
