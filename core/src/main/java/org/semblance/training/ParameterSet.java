package org.semblance.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.View;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Layouts;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Parameters of one or more networks, laid end to end in one array, so that an update is one pass over it whatever
 * their number. The networks' own tensors are copies that {@link #publish} refreshes.
 */
public final class ParameterSet implements AutoCloseable {
    private final Device device;
    private final Map<String, Tensor> parameters;
    private final List<View> places = new ArrayList<>();
    private final int size;
    private final Scope scope;
    private final Tensor[] own = new Tensor[1];

    /**
     * Takes the present values.
     *
     * @param parameters tracked tensors by name, in order; they belong to their networks
     */
    public ParameterSet(Device device, Map<String, Tensor> parameters) {
        this.device = device;
        this.parameters = new LinkedHashMap<>(parameters);
        int at = 0;
        for (Tensor p : parameters.values()) {
            places.add(new View(p.shape(), at, Layout.PLAIN.strides(p.shape())));
            at = Math.addExact(at, p.shape().intCount());
        }
        size = at;
        scope = Scope.owned("parameters", () -> {
            own[0] = Tensor.zeros(device, Shape.of(size));
            gather(new ArrayList<>(parameters.values()), own[0]);
        });
    }

    /** All values, {@code [size]}; to be updated in place. */
    public Tensor values() {
        return own[0];
    }

    /** The networks' tensors, in order. */
    public List<Tensor> tensors() {
        return List.copyOf(parameters.values());
    }

    /** Names, in order. */
    public List<String> names() {
        return List.copyOf(parameters.keySet());
    }

    /** Number of values. */
    public int size() {
        return size;
    }

    /** Gradients of the parameters, in order, end to end, in the current scope. */
    public Tensor joined(List<Tensor> gradients) {
        Tensor all = Tensor.empty(device, Shape.of(size));
        gather(gradients, all);
        return all;
    }

    private void gather(List<Tensor> parts, Tensor all) {
        try (Scope scratch = Scope.open("joined")) {
            List<NdArray> plain =
                    parts.stream().map(p -> Layouts.plain(p).array()).toList();
            device.backend().join(plain, all.array());
        }
    }

    /** Copies the values into the networks. */
    public void publish() {
        List<NdArray> parts = parameters.values().stream().map(Tensor::array).toList();
        device.backend().split(own[0].array(), parts);
    }

    /**
     * Moves an average of these values, {@code [size]}, towards them: {@code average += (values - average) share}.
     *
     * @param share one element
     */
    public void average(Tensor average, Tensor share) {
        try (Scope scratch = Scope.open("average")) {
            Tensor way = Elementwise.mul(Elementwise.sub(own[0], average), share);
            overwrite(average, Elementwise.add(average, way));
        }
    }

    /** Copies values into a tensor of the same shape that lives on. */
    static void overwrite(Tensor target, Tensor value) {
        target.backend().gather(value.array(), View.all(value.array()), target.array());
    }

    /** An array of this set's size as tensors by name. */
    public Map<String, HostArray> named(HostArray all) {
        Map<String, HostArray> named = new LinkedHashMap<>();
        int i = 0;
        for (String name : parameters.keySet()) {
            View place = places.get(i++);
            float[] data = new float[place.shape().intCount()];
            System.arraycopy(all.data(), (int) place.offset(), data, 0, data.length);
            named.put(name, new HostArray(place.shape(), data));
        }
        return named;
    }

    /** Tensors by name as an array of this set's size: the inverse of {@link #named}. */
    public HostArray joined(Map<String, HostArray> named) {
        float[] data = new float[size];
        HostParameters source = new HostParameters("parameters", named);
        int i = 0;
        for (String name : parameters.keySet()) {
            View place = places.get(i++);
            float[] values = source.take(name, place.shape()).data();
            System.arraycopy(values, 0, data, (int) place.offset(), values.length);
        }
        return HostArray.of(data, size);
    }

    @Override
    public void close() {
        scope.close();
    }
}
