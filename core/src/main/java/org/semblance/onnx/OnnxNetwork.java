package org.semblance.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A frozen network of one input and one output, built from an ONNX file out of the operations of this library: it runs
 * on every backend and has gradients of every order with respect to its input.
 *
 * <p>Computes in float32 whatever the file stores. Normalisations behind convolutions are multiplied into their
 * weights, activations run in the same pass, what depends on no input is computed once. Operators: {@link #operators}.
 * Thread-safe as its device is.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the operators</a>
 */
public final class OnnxNetwork implements AutoCloseable {
    private static final int OLDEST = 7;
    private static final int NEWEST = 24;

    private final OnnxModel model;
    private final Parameters parameters;
    private final OnnxModel.Port input;
    private final OnnxPlan plan;

    private OnnxNetwork(OnnxModel model, Parameters parameters, OnnxModel.Port input, OnnxPlan plan) {
        this.model = model;
        this.parameters = parameters;
        this.input = input;
        this.plan = plan;
    }

    /** The names of the operators that can be built. */
    public static Set<String> operators() {
        return Operators.all().keySet();
    }

    /** Builds the network that makes a model's first output. */
    public static OnnxNetwork load(OnnxModel model, Device device) throws IOException {
        return load(model, null, device);
    }

    /**
     * Builds the network that makes an output; nodes that it does not need are left out.
     *
     * @param output name of the output, or null for the first
     * @throws IOException if the model has no such output, or not one input, or is damaged, or has operators or
     *     settings
     *     that are not supported: all of them are named
     */
    public static OnnxNetwork load(OnnxModel model, @Nullable String output, Device device) throws IOException {
        if (model.opset() < OLDEST || model.opset() > NEWEST) {
            throw wrong(model, "operators must be of version " + OLDEST + " to " + NEWEST + ", got " + model.opset());
        }
        OnnxModel.Port in = input(model);
        String wanted = output(model, output);
        try {
            return Parameters.load("onnx", device, source(model), false, p -> build(model, p, in, wanted));
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            throw cause == null ? new IOException(e) : cause;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + " [" + model.source() + "]", e);
        }
    }

    private static OnnxNetwork build(OnnxModel model, Parameters p, OnnxModel.Port input, String output) {
        try {
            return new OnnxNetwork(model, p, input, new OnnxBuilder(model, p, output).plan());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OnnxModel.Port input(OnnxModel model) throws IOException {
        if (model.inputs().size() != 1) {
            throw wrong(model, "one input is needed, got " + model.inputs());
        }
        return model.inputs().get(0);
    }

    private static String output(OnnxModel model, @Nullable String wanted) throws IOException {
        for (OnnxModel.Port port : model.outputs()) {
            if (wanted == null || port.name().equals(wanted)) {
                return port.name();
            }
        }
        throw wrong(model, "output '" + wanted + "' is needed, got " + model.outputs());
    }

    static IOException wrong(OnnxModel model, String what) {
        return new IOException("onnx: " + what + " [" + model.source() + "]");
    }

    private static ParameterSource source(OnnxModel model) {
        return new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                HostArray found = takeIfPresent(name, shape);
                if (found == null) {
                    throw new IllegalArgumentException("onnx: no tensor named " + name);
                }
                return found;
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                OnnxTensor tensor = model.initialisers.get(name);
                try {
                    return tensor == null ? null : tensor.floats();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                OnnxTensor tensor = model.initialisers.get(name);
                return tensor == null ? null : Shape.of(tensor.dims());
            }
        };
    }

    /** What it was built from. */
    public OnnxModel model() {
        return model;
    }

    /** Name and extents of its input. */
    public OnnxModel.Port input() {
        return input;
    }

    /** Name of its output. */
    public String output() {
        return plan.output();
    }

    /** Its weights. */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Runs the network. Where the file fixes the number of rows, it runs as often as the rows need.
     *
     * @param x of the extents that the file states for its input, of any number of rows
     * @return the output; rows of several runs are joined along axis 0
     */
    public Tensor apply(Tensor x) {
        return apply(x, OnnxBudget.none());
    }

    /** The number of rows that the file fixes, else -1. */
    int fixedRows() {
        return input.dims().isEmpty() ? -1 : input.dims().get(0);
    }

    Tensor apply(Tensor x, OnnxBudget budget) {
        parameters.requireOpen();
        requireInput(x);
        int rows = fixedRows();
        if (rows < 1 || rows == x.dim(0)) {
            return once(x, budget);
        }
        if (x.dim(0) % rows != 0) {
            throw new IllegalArgumentException("onnx: rows must come in multiples of " + rows + ", got " + x.shape());
        }
        return Scope.in("onnx", () -> {
            List<Tensor> parts = new ArrayList<>();
            for (int i = 0; i < x.dim(0); i += rows) {
                parts.add(once(Shapes.narrow(x, 0, i, i + rows), budget));
            }
            return Shapes.concat(0, parts);
        });
    }

    private Tensor once(Tensor x, OnnxBudget budget) {
        return Scope.in("onnx", () -> {
            Env env = new Env(parameters.device(), budget);
            env.put(input.name(), new Value.Of(x));
            return plan.run(env);
        });
    }

    private void requireInput(Tensor x) {
        List<Integer> wanted = input.dims();
        boolean fits = wanted.isEmpty() || wanted.size() == x.rank();
        for (int i = 1; fits && i < wanted.size(); i++) {
            fits = wanted.get(i) < 0 || wanted.get(i) == x.dim(i);
        }
        if (!fits || x.rank() == 0 || x.dim(0) == 0) {
            throw new IllegalArgumentException("onnx: x must be " + wanted + " (-1 is open), got " + x.shape());
        }
    }

    @Override
    public void close() {
        parameters.close();
    }
}
