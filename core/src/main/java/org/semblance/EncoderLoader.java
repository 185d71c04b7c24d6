package org.semblance;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.FramedFeatures;
import org.semblance.networks.convnet.InceptionFeatures;
import org.semblance.networks.convnet.ResNetFeatures;
import org.semblance.networks.oplist.OpListFeatures;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxModel;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;
import org.semblance.weights.naming.NamingSchemes;

/** Makes networks from pictures to numbers, of model folders and of single files. */
final class EncoderLoader {
    private EncoderLoader() {}

    /** The network of a role, of any architecture that takes pictures. */
    static FeatureNetwork load(ModelFolder folder, String role, Device device) throws IOException {
        return NetworkLoader.described(folder, () -> network(folder, role, device));
    }

    private static FeatureNetwork network(ModelFolder folder, String role, Device device) throws IOException {
        if (!folder.has(role) || folder.network(role).opList().isPresent()) {
            return opList(folder, role, device);
        }
        ModelNetwork network = folder.network(role);
        return switch (network.architecture()) {
            case OnnxRole.ARCHITECTURE -> onnx(folder, role, device);
            case "resnet50", "vggface2-resnet50", "inceptionv3", "face-api-recognition", "face-api-landmarks" ->
                named(folder, role, device);
            default -> opList(folder, role, device);
        };
    }

    /** Numbers per picture as the folder says. */
    static int size(ModelFolder folder, String role) {
        Optional<Json> list = folder.network(role).opList();
        return list.isPresent()
                ? list.get().get("out_dim").asInt()
                : folder.network(role).size("embedding");
    }

    private static FeatureNetwork onnx(ModelFolder folder, String role, Device device) throws IOException {
        ModelNetwork network = folder.network(role);
        OnnxModel model = OnnxModel.read(folder.bytes(role), folder.source() + "/" + network.file());
        return OnnxFeatures.of(model, OnnxRole.input(network.config()), device);
    }

    private static FeatureNetwork opList(ModelFolder folder, String role, Device device) throws IOException {
        Json list = NetworkLoader.opListJson(folder, role);
        int size = list.get("out_dim").asInt();
        int[] input = list.get("input").asInts();
        if (input.length != 3 || input[0] != 3 || input[1] != input[2]) {
            throw new IllegalArgumentException(
                    "model: input of '" + role + "' must be [3, R, R], got " + Arrays.toString(input));
        }
        double[] range = range(folder, role);
        OpListFeatures made = new OpListFeatures(
                NetworkLoader.opList(folder, role, device), size, (float) range[0], (float) range[1]);
        return tried(made);
    }

    /** What darkest and brightest are to a role's network: -1 and 1 where the folder does not say. */
    static double[] range(ModelFolder folder, String role) {
        double[] range = folder.has(role)
                ? folder.network(role).inputRange().orElse(new double[] {-1, 1})
                : new double[] {-1, 1};
        if (range.length != 2 || !(range[0] < range[1])) {
            throw new IllegalArgumentException(
                    "model: input_range of '" + role + "' must be [low, high], got " + Arrays.toString(range));
        }
        return range;
    }

    /** A network that was run once on a grey picture, which proves that its shapes fit. */
    private static FeatureNetwork tried(FeatureNetwork network) {
        int side = network.resolution();
        try {
            int[] got = network.device().call(() -> {
                try (Scope scope = Scope.open("trial")) {
                    return network.apply(Tensor.zeros(network.device(), Shape.of(1, 3, side, side)))
                            .shape()
                            .dims();
                }
            });
            if (!Arrays.equals(got, new int[] {1, network.size()})) {
                throw new IllegalArgumentException("model: '" + network.name() + "' must give [N, " + network.size()
                        + "] as it says, got " + Arrays.toString(got) + " for one picture");
            }
            return network;
        } catch (RuntimeException | Error e) {
            Closing.close(network, e);
            throw e;
        }
    }

    /** A network under the library's names; its config states the pictures' resolution. */
    private static FeatureNetwork named(ModelFolder folder, String role, Device device) throws IOException {
        ModelNetwork network = folder.network(role);
        Json config = network.config();
        try (Weights weights = folder.weights(role)) {
            NetworkPart part = NamingSchemes.of(weights)
                    .map(scheme -> new NetworkPart("", scheme, weights))
                    .orElseThrow(() -> new IllegalArgumentException("model: role '" + role
                            + "' must be a known network, got one of architecture '" + network.architecture()
                            + "' with other names"));
            return features(
                    part,
                    config.get("resolution").asInt(),
                    config.find("crop").map(Json::asDoubles).orElse(FramedFeatures.WHOLE),
                    config.find("count_padding").map(Json::asBoolean),
                    device);
        }
    }

    /** The recogniser of a weights file. */
    static FeatureNetwork recogniser(WeightsFile file, int resolution, Device device) throws IOException {
        NetworkPart part = Pretrained.main(file);
        return Pretrained.Kind.of(part) == Pretrained.Kind.FACE_RECOGNITION
                ? framed(Pretrained.faceRecognition(part, device, false), resolution, FramedFeatures.WHOLE)
                : new ResNetFeatures(Pretrained.resNet50(part, device, false), resolution);
    }

    private static FeatureNetwork features(
            NetworkPart part, int resolution, double[] crop, Optional<Boolean> countPadding, Device device)
            throws IOException {
        return switch (Pretrained.Kind.of(part)) {
            case INCEPTIONV3 -> {
                boolean counts = countPadding.isPresent() ? countPadding.get() : Pretrained.countsPadding(part);
                yield new InceptionFeatures(Pretrained.inceptionV3(part, counts, device, false), resolution);
            }
            case FACE_RECOGNITION -> framed(Pretrained.faceRecognition(part, device, false), resolution, crop);
            case FACE_LANDMARKS, FACE_LANDMARKS_TINY ->
                framed(Pretrained.faceLandmarks(part, device, false), resolution, crop);
            default -> new ResNetFeatures(Pretrained.resNet50(part, device, false), resolution);
        };
    }

    private static FeatureNetwork framed(FeatureNetwork network, int resolution, double[] crop) {
        return Closing.unlessMade(network, made -> new FramedFeatures(made, resolution, crop));
    }
}
