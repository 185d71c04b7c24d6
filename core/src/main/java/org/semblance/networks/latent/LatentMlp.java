package org.semblance.networks.latent;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.nn.Linear;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Dense layers with leaky ReLU between them and none after the last: the paper's latent mapper
 * ({@code [id + attr] -> 2048 -> 1024 -> 512 -> w}) and its discriminator of style codes
 * ({@code w -> 256 -> 128 -> 64 -> 1}). Gradients of every order. Parameters {@code linear1.weight [out, in]},
 * {@code linear1.bias}, ...
 */
public final class LatentMlp implements AutoCloseable {
    private final String name;
    private final List<Integer> widths;
    private final Activation between;
    private final Parameters parameters;
    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> biases = new ArrayList<>();

    private LatentMlp(String name, List<Integer> widths, float slope, Parameters p) {
        this.name = name;
        this.widths = List.copyOf(widths);
        between = Activation.leakyRelu(slope);
        parameters = p;
        for (int i = 1; i < widths.size(); i++) {
            weights.add(p.take("linear" + i + ".weight", widths.get(i), widths.get(i - 1)));
            biases.add(p.take("linear" + i + ".bias", widths.get(i)));
        }
    }

    /**
     * Takes the weights from a source.
     *
     * @param name for messages
     * @param widths features in, of each hidden layer, and out; at least two
     * @param slope of the leaky ReLU below zero
     */
    public static LatentMlp load(
            String name, List<Integer> widths, float slope, ParameterSource source, Device device, boolean trainable) {
        if (widths.size() < 2) {
            throw new IllegalArgumentException(
                    name + ": at least an input and an output width are needed, got " + widths);
        }
        return Parameters.load(name, device, source, trainable, p -> new LatentMlp(name, widths, slope, p));
    }

    /** Features in, hidden, and out. */
    public List<Integer> widths() {
        return widths;
    }

    /** Its parameters by name. */
    public Parameters parameters() {
        return parameters;
    }

    /** {@code [N, in]} to {@code [N, out]}. */
    public Tensor apply(Tensor x) {
        parameters.requireOpen();
        if (x.rank() != 2 || x.dim(1) != widths.get(0)) {
            throw new IllegalArgumentException(name + ": x must be [N, " + widths.get(0) + "], got " + x.shape());
        }
        return Scope.in(name, () -> {
            Tensor y = x;
            for (int i = 0; i < weights.size(); i++) {
                Activation act = i + 1 < weights.size() ? between : Activation.linear();
                y = Linear.of(y, weights.get(i), biases.get(i), act);
            }
            return y;
        });
    }

    @Override
    public void close() {
        parameters.close();
    }
}
