package org.semblance.cuda;

/** Our kernels of a planned synthesis, with arguments as the passes have them. */
final class SynthesisKernels {
    private SynthesisKernels() {}

    /**
     * What follows a layer's convolution.
     *
     * @param layer which
     * @param n batch size
     * @param product address of what the convolution made
     * @param factor address of its factors of the first sample
     * @param noise address of its noise, 0 for none
     * @param isNoiseBatched whether each sample has its own
     * @param next address of the following layer's scaled style of the first sample, 0 for none
     * @param result address of what the following layer reads, 0 for nothing
     */
    record Pass(
            SynthesisWeights.Layer layer,
            int n,
            long product,
            long factor,
            long noise,
            boolean isNoiseBatched,
            long next,
            long result) {
        int[] sizes(SynthesisWeights weights) {
            int side = layer.spec().resolution();
            return new int[] {
                n, side, side, layer.spec().out(), weights.factorLength(), weights.styleLength(), isNoiseBatched ? 1 : 0
            };
        }
    }

    static void start(long stream, SynthesisWeights weights, int n, int channels, long start, long scaled, long x) {
        Kernels.check(
                "smb_modulated_start",
                SemblanceKernels.smb_modulated_start(
                        stream, weights.dtype(), n, channels, weights.styleLength(), start, scaled, x));
    }

    static void upLayer(long stream, SynthesisWeights weights, Pass pass) {
        Kernels.check(
                "smb_up_layer",
                SemblanceKernels.smb_up_layer(
                        stream,
                        weights.dtype(),
                        pass.sizes(weights),
                        weights.scalars(),
                        pass.product,
                        pass.factor,
                        pass.layer.bias(),
                        pass.noise,
                        pass.next,
                        pass.result));
    }

    static void layerRgb(
            long stream,
            SynthesisWeights weights,
            Pass pass,
            SynthesisWeights.Picture picture,
            long factors,
            long before,
            long image,
            long call) {
        Kernels.check(
                "smb_layer_rgb",
                SemblanceKernels.smb_layer_rgb(
                        stream,
                        weights.dtype(),
                        pass.sizes(weights),
                        weights.scalars(),
                        pass.product,
                        pass.factor,
                        pass.layer.bias(),
                        pass.noise,
                        pass.next,
                        pass.result,
                        factors + Float.BYTES * (long) picture.factorAt(),
                        picture.spec().bias().address(),
                        before,
                        image,
                        call));
    }
}
