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

    /** The transposed convolution of x that {@link #upLayer} then filters. */
    static void splitUp(long stream, SynthesisWeights weights, Pass pass, long x) {
        Kernels.check(
                "smb_split_up",
                SynthesisNatives.smb_split_up(
                        stream,
                        weights.dtype(),
                        pass.sizes(weights),
                        pass.layer.spec().in(),
                        x,
                        pass.layer.packed(),
                        pass.product));
    }

    static void upLayer(long stream, SynthesisWeights weights, Pass pass) {
        Kernels.check(
                "smb_up_layer",
                SynthesisNatives.smb_up_layer(
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
            long rgbWeights,
            long rgbBias,
            long before,
            long image,
            long call) {
        Kernels.check(
                "smb_layer_rgb",
                SynthesisNatives.smb_layer_rgb(
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
                        rgbWeights,
                        rgbBias,
                        before,
                        image,
                        call));
    }

    /** {@link #layerRgb} with the convolution of x in it, in one of the ways of {@code smb_whole_layer}. */
    static void wholeLayer(
            long stream,
            SynthesisWeights weights,
            Pass pass,
            int way,
            long x,
            long rgbWeights,
            long rgbBias,
            long before,
            long image,
            long call,
            long scratch) {
        Kernels.check(
                "smb_whole_layer",
                SynthesisNatives.smb_whole_layer(
                        stream,
                        way,
                        weights.dtype(),
                        pass.sizes(weights),
                        weights.scalars(),
                        x,
                        pass.layer.packed(),
                        pass.factor,
                        pass.layer.bias(),
                        pass.noise,
                        pass.next,
                        pass.result,
                        rgbWeights,
                        rgbBias,
                        before,
                        image,
                        call,
                        scratch));
    }

    /** {@link #upLayer} with the convolution of x in it, of a layer that has folded weights. */
    static void fusedUpLayer(long stream, SynthesisWeights weights, Pass pass, long x) {
        Kernels.check(
                "smb_fused_up_layer",
                SynthesisNatives.smb_fused_up_layer(
                        stream,
                        weights.dtype(),
                        pass.sizes(weights),
                        weights.scalars(),
                        pass.layer.spec().in(),
                        x,
                        pass.layer.folded(),
                        pass.factor,
                        pass.layer.bias(),
                        pass.noise,
                        pass.next,
                        pass.result));
    }

    /** Random noise of a layer, scaled by its strength and the activation's gain. */
    static void normalMap(
            long stream, SynthesisWeights weights, SynthesisWeights.Layer layer, int n, long call, long map) {
        int side = layer.spec().resolution();
        float gain = weights.spec().act().gain() * layer.spec().noiseStrength();
        Kernels.check(
                "smb_normal_maps",
                SynthesisNatives.smb_normal_maps(stream, call, layer.spec().noiseKey(), n, side * side, gain, map));
    }

    static void layerGrad(
            long stream,
            SynthesisWeights weights,
            Pass pass,
            long incoming,
            long rgbWeights,
            long imageGrad,
            long call,
            long outgoing,
            long partial) {
        Kernels.check(
                "smb_layer_grad",
                SynthesisNatives.smb_layer_grad(
                        stream,
                        weights.dtype(),
                        pass.sizes(weights),
                        weights.scalars(),
                        incoming,
                        pass.result,
                        pass.factor,
                        pass.layer.bias(),
                        pass.noise,
                        pass.next,
                        rgbWeights,
                        imageGrad,
                        call,
                        outgoing,
                        partial));
    }

    /** From the layer's output to what its convolution made. */
    static void filterGrad(long stream, SynthesisWeights weights, Pass pass, long outer) {
        Kernels.check(
                "smb_filter_grad",
                SynthesisNatives.smb_filter_grad(
                        stream, weights.dtype(), pass.sizes(weights), weights.taps(), outer, pass.product));
    }

    /** From a picture to the one before, of this side. */
    static void pictureGrad(long stream, SynthesisWeights weights, int n, int side, long from, long call, long to) {
        Kernels.check(
                "smb_picture_grad",
                SynthesisNatives.smb_picture_grad(stream, 3 * n, side, side, weights.taps(), from, call, to));
    }
}
