package org.semblance.ops;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class ArgumentsTest {
    @ParameterizedTest
    @MethodSource("mistakes")
    void wrongArgumentsAreNamed(String message, UnaryOperator<Tensor> mistake) {
        try (Scope scope = Scope.open()) {
            Tensor x = zeros(2, 4, 5, 6);
            assertThatThrownBy(() -> mistake.apply(x))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("add: ranks must be equal", x -> Elementwise.add(x, zeros(3))),
                mistake(
                        "mul: extents must be equal or 1, got 4 and 3 on axis 1",
                        x -> Elementwise.mul(x, zeros(2, 3, 5, 6))),
                mistake("clamp: bounds must be ordered", x -> Elementwise.clamp(x, 1, 0)),
                mistake("sum: axis must lie in [-4, 4), got 4", x -> Reduce.sum(x, 4)),
                mistake("sum: extents must be equal or 1", x -> Reduce.sumTo(x, Shape.of(2, 2, 5, 6))),
                mistake("reshape: the count of elements must stay", x -> Shapes.reshape(x, 7)),
                mistake("permute: axes must name each axis once", x -> Shapes.permute(x, 0, 1, 2, 2)),
                mistake(
                        "slice: the box must lie inside x",
                        x -> Shapes.slice(x, new int[] {0, 3, 0, 0}, Shape.of(2, 2, 5, 6))),
                mistake("narrow: the range must lie in [0, 6]", x -> Shapes.narrow(x, -1, 2, 7)),
                mistake("pad: crops must leave something", x -> Shapes.padImage(x, -4, -4, 0, 0)),
                mistake(
                        "concat: shapes must agree but on axis 1",
                        x -> Shapes.concat(1, List.of(x, zeros(2, 4, 5, 5)))),
                mistake("concat: there must be at least one tensor", x -> Shapes.concat(0, List.of())),
                mistake("broadcast: extents must be equal or 1", x -> Shapes.broadcastTo(x, Shape.of(2, 8, 5, 6))),
                mistake("matmul: inner extents must be equal, got 3 and 4", x -> MatMul.of(zeros(2, 3), zeros(4, 5))),
                mistake("matmul: a must have rank 2", x -> MatMul.of(x, x)),
                mistake(
                        "conv2d: x has 4 channels but w expects 3 [x=[2, 4, 5, 6], w=[8, 3, 3, 3], groups=1]",
                        x -> Conv2d.of(x, zeros(8, 3, 3, 3), ConvSpec.padded(1))),
                mistake(
                        "conv2d: groups must divide the output channels, got 2",
                        x -> Conv2d.of(x, zeros(3, 2, 3, 3), ConvSpec.padded(1).withGroups(2))),
                mistake(
                        "conv2d: the result must have at least one row and column, got -1 x 0",
                        x -> Conv2d.of(x, zeros(8, 4, 7, 7), ConvSpec.padded(0))),
                mistake(
                        "conv2dDataGrad: dy must have shape [2, 4, 5, 6], got [2, 4, 5, 7]",
                        x -> Conv2d.dataGrad(zeros(2, 4, 5, 7), zeros(4, 3, 3, 3), ConvSpec.padded(1), 5, 6)),
                mistake(
                        "convTranspose2d: output padding must lie in",
                        x -> Conv2d.transposed(x, zeros(4, 3, 3, 3), ConvSpec.of(2, 0), 2, 0)),
                mistake(
                        "upfirdn2d: the result must have at least one row and column",
                        x -> Upfirdn2d.of(x, new Fir(9, 1, new float[9]), Resample.filter(0, 0, 0, 0))),
                mistake(
                        "upfirdn2d: x must be an image [N, C, H, W]",
                        x -> Upfirdn2d.of(zeros(3), Filter.identity(), Resample.filter(0, 0, 0, 0))),
                mistake("biasAct: b must have shape [4], got [5]", x -> BiasAct.of(x, zeros(5), Activation.linear())),
                mistake(
                        "conv2dResample: w must be [O, 4 / groups, kh, kw]",
                        x -> ResampleConv2d.of(x, zeros(8, 3, 3, 3), null, ResampleConv2d.Spec.of(1, 1, 1))),
                mistake(
                        "modulatedConv2d: styles must have shape [2, 4], got [2, 3]",
                        x -> ModulatedConv2d.of(x, zeros(8, 4, 3, 3), zeros(2, 3), null, true, 1, 1, 1, null, true)),
                mistake(
                        "maxPool: the result must have at least one row and column",
                        x -> Pool2d.max(x, Pool2d.valid(6, 6, 1, 1))),
                mistake("resize: the result must have at least one row and column", x -> Resize.bilinear(x, 0, 3)),
                mistake(
                        "batchNorm: gamma must have shape [4], got [3]",
                        x -> Norm.batchInference(x, zeros(3), null, zeros(4), zeros(4), 1e-3f)),
                mistake(
                        "fullyConnected: x has 3 features but w expects 4",
                        x -> FullyConnected.equalised(zeros(2, 3), zeros(5, 4), null, 1, Activation.linear())),
                mistake(
                        "minibatchStd: the group must divide the batch, got 2",
                        x -> MinibatchStd.of(zeros(3, 4, 5, 6), 2, 1)),
                mistake("minibatchStd: the channels appended must divide x's, got 3", x -> MinibatchStd.of(x, 2, 3)),
                mistake(
                        "ssim: images must be at least as large as the window of 11",
                        x -> Ssim.standard(1).of(x, x).ssim()),
                mistake("msSsim: there must be at least one scale", x -> MsSsim.of(x, x, Ssim.standard(1))));
    }

    private static Arguments mistake(String message, UnaryOperator<Tensor> mistake) {
        return Arguments.of(message, mistake);
    }

    private static Tensor zeros(int... dims) {
        return Tensor.zeros(TestDevice.get(), Shape.of(dims));
    }
}
