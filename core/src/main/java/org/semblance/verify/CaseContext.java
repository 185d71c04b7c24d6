package org.semblance.verify;

import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Weights;

/** What a runner works with: one case's inputs and attributes, and the place for its outputs. */
public final class CaseContext {
    private final OracleCase oracle;
    private final Weights file;
    private final Device device;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();
    private final Set<String> expected = new HashSet<>();

    CaseContext(OracleCase oracle, Weights file, Device device) {
        this.oracle = oracle;
        this.file = file;
        this.device = device;
        oracle.outputs().forEach(e -> expected.add(e.name()));
    }

    /** The case. */
    public OracleCase oracle() {
        return oracle;
    }

    /** The attributes, with defaults for those that are absent or null. */
    public Attributes attrs() {
        return new Attributes(oracle.attrs());
    }

    /** Where to compute. */
    public Device device() {
        return device;
    }

    /** All tensors of the case's file. */
    public Weights file() {
        return file;
    }

    /** Whether the case has an input of this name. */
    public boolean has(String name) {
        return file.contains(name) && !expected.contains(name);
    }

    /** Whether the case states an output of this name. */
    public boolean expects(String name) {
        return expected.contains(name);
    }

    /** An input on the device, tracked if a gradient with respect to it is expected; one tensor per name. */
    public Tensor input(String name) throws IOException {
        Tensor known = inputs.get(name);
        if (known != null) {
            return known;
        }
        Tensor made = Tensor.of(device, host(name));
        boolean tracked = expects("grad." + name) || expects("grad2." + name) || has("dir." + name);
        inputs.put(name, tracked ? made.track() : made);
        return made;
    }

    /** An input on the device, or null if the case has none of this name. */
    public @Nullable Tensor inputOrNull(String name) throws IOException {
        return has(name) ? input(name) : null;
    }

    /** An input image as {@code [N, C, H, W]}, whatever the case's attribute {@code layout} says. */
    public Tensor image(String name) throws IOException {
        Tensor x = input(name);
        return isNhwc() && x.rank() == 4 ? Shapes.permute(x, 0, 3, 1, 2) : x;
    }

    /** An input on the host. @throws IllegalArgumentException if the case has none of this name */
    public HostArray host(String name) throws IOException {
        if (!has(name)) {
            throw new IllegalArgumentException("oracle: the case must have an input named " + name + ", got "
                    + oracle.inputs().keySet());
        }
        return file.raw(name);
    }

    /** Puts an output. */
    public void put(String name, Tensor y) {
        outputs.put(name, y);
    }

    /** Puts an output that was computed on the host. */
    public void put(String name, HostArray y) {
        outputs.put(name, Tensor.of(device, y));
    }

    /** Puts an output image, in the case's layout. */
    public void putImage(String name, Tensor y) {
        put(name, isNhwc() && y.rank() == 4 ? Shapes.permute(y, 0, 2, 3, 1) : y);
    }

    /** The outputs put so far. */
    public Map<String, Tensor> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    private boolean isNhwc() {
        return attrs().text("layout", "NCHW").startsWith("NHWC");
    }
}
