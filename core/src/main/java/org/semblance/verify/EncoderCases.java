package org.semblance.verify;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.semblance.array.HostArray;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.networks.convnet.ResNet50;
import org.semblance.networks.convnet.VggFacePixels;
import org.semblance.ops.Norm;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.naming.NamingSchemes;

/** ResNet-50, VGGFace2's and torchvision's, InceptionV3, and the pixels of VGGFace2's. */
final class EncoderCases {
    private EncoderCases() {}

    static void register(CaseRunners all) {
        all.add("resnet50_torchvision", EncoderCases::resNet);
        all.add("vggface2_resnet50", EncoderCases::resNet);
        all.add("inceptionv3_keras", EncoderCases::inception);
        all.add("inceptionv3_torchvision", EncoderCases::inception);
        all.add("vggface2_preprocess", c -> c.putImage("y", VggFacePixels.of(c.image("x"))));
    }

    private static NetworkPart part(CaseContext c) throws IOException {
        Weights weights = ProceduralWeights.of(
                c.oracle().entry().get("weights"), c.oracle().id());
        return NamingSchemes.of(weights)
                .map(scheme -> new NetworkPart("", scheme, weights))
                .orElseThrow(() -> new IOException("oracle: the names of the weights are of no known scheme"));
    }

    private static void resNet(CaseContext c) throws IOException {
        try (ResNet50 network = Pretrained.resNet50(part(c), c.device(), false)) {
            boolean isVgg = network.variant() == ResNet50.Variant.VGGFACE2;
            Map<String, HostArray> seen = new LinkedHashMap<>();
            Tensor y = network.apply(c.image("x"), spy(c, isVgg, seen));
            seen.forEach(c::put);
            if (c.expects("dim_proj")) {
                c.put("dim_proj", y);
            }
            putWithGradient(c, isVgg ? Norm.l2(y) : y);
        }
    }

    private static void inception(CaseContext c) throws IOException {
        try (InceptionV3 network = Pretrained.inceptionV3(part(c), c.device(), false)) {
            Map<String, HostArray> seen = new LinkedHashMap<>();
            Tensor y = network.apply(c.image("x"), spy(c, false, seen));
            seen.forEach(c::put);
            putWithGradient(c, y);
        }
    }

    /** The gradient is taken while the network is open. */
    private static void putWithGradient(CaseContext c, Tensor y) throws IOException {
        c.put("y", y);
        if (c.expects("grad.x")) {
            c.put("grad.x", Gradients.of(y).seed(c.input("up.y")).wrt(c.input("x")));
        }
    }

    /** Averages of feature maps; VGGFace2 counts its stages from 2. */
    private static BiConsumer<String, Tensor> spy(CaseContext c, boolean isVgg, Map<String, HostArray> seen) {
        return (name, y) -> {
            boolean isStage = isVgg && name.startsWith("layer");
            String known = isStage ? "stage" + (Integer.parseInt(name.substring(5)) + 1) : name;
            String output = "inter." + known + ".gap";
            if (c.expects(output)) {
                seen.put(output, Shapes.flatten(Pool2d.globalAvg(y.detached())).toHost());
            }
        };
    }
}
