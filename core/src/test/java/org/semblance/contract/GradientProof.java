package org.semblance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Proves derivatives of a case. With random u and d_k: {@code F0 = <u, op(x)>}, {@code F(k+1) = <dFk/dx, d_k>}. The
 * directional derivative of each Fk is compared with central differences of Fk, so that order k + 1 is proved by order
 * k.
 */
public final class GradientProof {
    private static final double TOLERANCE = 4e-3;

    private final OpCase oneCase;
    private final Device device = TestDevice.get();

    public GradientProof(OpCase oneCase) {
        this.oneCase = oneCase;
    }

    public void run() {
        for (int order = 1; order <= oneCase.orders(); order++) {
            for (int input = 0; input < oneCase.inputs().size(); input++) {
                compare(order, input);
            }
        }
        if (oneCase.linear()) {
            innerProducts();
        }
    }

    private void compare(int order, int input) {
        HostArray v = OpCase.normal(
                900 + 10 * order + input, oneCase.inputs().get(input).shape().dims());
        double scale = 0;
        double slope = 0;
        float[] gradient = gradient(order, input);
        for (int i = 0; i < gradient.length; i++) {
            slope += (double) gradient[i] * v.data()[i];
            scale += Math.abs((double) gradient[i] * v.data()[i]);
        }
        double difference = differences(order - 1, input, v);
        assertThat(slope)
                .as("%s: derivative of order %d in input %d", oneCase.name(), order, input)
                .isCloseTo(difference, within(TOLERANCE * Math.max(scale, 0.5)));
    }

    /** Fourth-order central difference of F(order) along v. */
    private double differences(int order, int input, HostArray v) {
        double h = OpCase.STEP / 2;
        double near = value(order, input, v, h) - value(order, input, v, -h);
        double far = value(order, input, v, 2 * h) - value(order, input, v, -2 * h);
        return (8 * near - far) / (12 * h);
    }

    private double value(int order, int input, HostArray v, double step) {
        List<HostArray> moved = new ArrayList<>(oneCase.inputs());
        float[] x = moved.get(input).data().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] += (float) (step * v.data()[i]);
        }
        moved.set(input, new HostArray(v.shape(), x));
        try (Scope scope = Scope.open("value")) {
            List<Tensor> xs = tensors(moved);
            List<Product> products = products(order, xs);
            return products.stream().mapToDouble(Product::value).sum();
        }
    }

    private float[] gradient(int order, int input) {
        try (Scope scope = Scope.open("gradient")) {
            List<Tensor> xs = tensors(oneCase.inputs());
            return Gradients.of(sum(products(order - 1, xs)))
                    .wrt(xs.get(input))
                    .toHost()
                    .data();
        }
    }

    /** Factors whose products' sum is F(order); summed on the host in double where only the value counts. */
    private List<Product> products(int order, List<Tensor> xs) {
        Tensor y = oneCase.op().of(xs);
        List<Product> products = List.of(new Product(y, random(500, y)));
        for (int k = 1; k <= order; k++) {
            List<Tensor> gradients = Gradients.of(sum(products)).recorded().wrt(xs);
            List<Product> next = new ArrayList<>();
            for (int i = 0; i < xs.size(); i++) {
                next.add(new Product(gradients.get(i), random(600 + 10 * k + i, xs.get(i))));
            }
            products = next;
        }
        return products;
    }

    private static Tensor sum(List<Product> products) {
        Tensor total = products.get(0).tensor();
        for (Product p : products.subList(1, products.size())) {
            total = Elementwise.add(total, p.tensor());
        }
        return total;
    }

    private Tensor random(long seed, Tensor like) {
        return Tensor.of(device, OpCase.normal(seed, like.shape().dims()));
    }

    private List<Tensor> tensors(List<HostArray> values) {
        List<Tensor> xs = new ArrayList<>();
        values.forEach(v -> xs.add(Tensor.of(device, v).track()));
        return xs;
    }

    /** {@code <A x, y> = <x, A^T y>}. */
    private void innerProducts() {
        try (Scope scope = Scope.open("inner products")) {
            List<Tensor> xs = tensors(oneCase.inputs());
            Tensor ax = oneCase.op().of(xs);
            Tensor y = random(700, ax);
            Tensor aty = Gradients.of(ax).seed(y).wrt(xs.get(0));
            double left = new Product(ax, y).value();
            double right = new Product(xs.get(0), aty).value();
            double scale = new Product(Elementwise.abs(ax), Elementwise.abs(y)).value();
            assertThat(left)
                    .as(oneCase.name() + ": <A x, y> = <x, A^T y>")
                    .isCloseTo(right, within(2e-6 * scale + 1e-7));
        }
    }

    private record Product(Tensor a, Tensor b) {
        Tensor tensor() {
            return Reduce.sumAll(Elementwise.mul(a, b));
        }

        double value() {
            float[] left = a.toHost().data();
            float[] right = b.toHost().data();
            double sum = 0;
            for (int i = 0; i < left.length; i++) {
                sum += (double) left[i] * right[i];
            }
            return sum;
        }
    }
}
