package org.semblance.networks.convnet;

import org.semblance.ops.Elementwise;
import org.semblance.ops.Resize;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * What the paper does to a picture before VGGFace2's network: times 255, the middle eight tenths of both axes, bilinear
 * (half-pixel centres, not smoothed) to 256, the middle 224, blue first, less the means of the data set.
 */
public final class VggFacePixels {
    private static final float[] MEANS = {91.4953f, 103.8827f, 131.0912f};
    private static final int RESIZED = 256;
    private static final int CROP = 16;

    private VggFacePixels() {}

    /** {@code [N, 3, R, R]} in [0, 1], red first, to {@code [N, 3, 224, 224]}. */
    public static Tensor of(Tensor x) {
        return Scope.in("vggface2 pixels", () -> {
            int top = (int) (0.1 * x.dim(2));
            int left = (int) (0.1 * x.dim(3));
            Tensor y = box(x, top, left, (int) (0.9 * x.dim(2)) - top, (int) (0.9 * x.dim(3)) - left);
            y = Resize.bilinear(Elementwise.scale(y, 255), RESIZED, RESIZED);
            y = box(y, CROP, CROP, RESIZED - 2 * CROP, RESIZED - 2 * CROP);
            Tensor blueFirst = Shapes.flip(y, 1);
            return Elementwise.sub(blueFirst, Tensor.of(x.device(), MEANS.clone(), 1, 3, 1, 1));
        });
    }

    private static Tensor box(Tensor x, int top, int left, int height, int width) {
        return Shapes.slice(
                x, new int[] {0, 0, top, left}, x.shape().with(2, height).with(3, width));
    }
}
