package org.semblance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;
import org.semblance.backend.Device;
import org.semblance.networks.faceapi.FaceDetectionNetwork;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.FaceRecognitionNetwork;
import org.semblance.networks.faceapi.SsdMobileNet;
import org.semblance.networks.faceapi.TinyFaceDetector;
import org.semblance.nn.ParameterSource;
import org.semblance.weights.TfjsWeights;
import org.semblance.weights.Weights;

/**
 * The networks of face-api.js in a folder of its files {@code X_model-weights_manifest.json} and {@code X_model.bin},
 * as
 * {@code semblance fetch-models} leaves them. None comes with this library.
 *
 * @param folder where the files are
 */
public record FaceModels(Path folder) {
    /** @throws IllegalArgumentException if there is no such folder */
    public FaceModels {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("face models: no such folder: " + folder);
        }
    }

    /** The larger detector; slower and surer. */
    public FaceDetectionNetwork ssd(Device device) throws IOException {
        return load("ssd_mobilenetv1", SsdMobileNet::isUnused, s -> SsdMobileNet.load(s, device, false));
    }

    /** The smaller detector. */
    public FaceDetectionNetwork tiny(Device device) throws IOException {
        return load("tiny_face_detector", name -> false, s -> TinyFaceDetector.load(s, device, false));
    }

    /** The 68 points of a face that fills the picture. */
    public LandmarkDetector landmarks(Device device) throws IOException {
        return landmarks(FaceLandmarkNetwork.Kind.FULL, device);
    }

    /** The 68 points of a face that fills the picture, by the network of this kind. */
    public LandmarkDetector landmarks(FaceLandmarkNetwork.Kind kind, Device device) throws IOException {
        String name = kind == FaceLandmarkNetwork.Kind.FULL ? "face_landmark_68" : "face_landmark_68_tiny";
        return LandmarkDetector.of(load(name, unused -> false, s -> FaceLandmarkNetwork.load(kind, s, device, false)));
    }

    /** Descriptors of 128 numbers, not normalised. */
    public IdEncoder recogniser(Device device) throws IOException {
        return IdEncoder.of(
                load("face_recognition", name -> false, s -> FaceRecognitionNetwork.load(s, device, false)));
    }

    private <T extends AutoCloseable> T load(String name, Predicate<String> unused, Function<ParameterSource, T> make)
            throws IOException {
        Weights weights = TfjsWeights.open(folder.resolve(name + "_model-weights_manifest.json"));
        return NetworkLoader.bind(weights, name, unused, make);
    }
}
