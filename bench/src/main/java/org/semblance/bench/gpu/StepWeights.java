package org.semblance.bench.gpu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.bench.RandomArrays;
import org.semblance.nn.ParameterSource;

/** Random weights of the paper's encoders at their published widths, of a size that keeps activations alive. */
final class StepWeights implements ParameterSource {
    private static final int[] BLOCKS = {3, 4, 6, 3};

    private final Map<String, Integer> widths;

    private StepWeights(Map<String, Integer> widths) {
        this.widths = widths;
    }

    /** Of a ResNet-50 with VGGFace2's 512 features. */
    static StepWeights resNet50() {
        Map<String, Integer> widths = new LinkedHashMap<>();
        widths.put("conv1", 64);
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            int inner = 64 << stage;
            for (int block = 0; block < BLOCKS[stage]; block++) {
                String name = "layer" + (stage + 1) + "." + block;
                widths.put(name + ".conv1", inner);
                widths.put(name + ".conv2", inner);
                widths.put(name + ".conv3", 4 * inner);
            }
        }
        widths.put("embedding", 512);
        return new StepWeights(widths);
    }

    /** Of an InceptionV3. */
    static StepWeights inceptionV3() {
        Map<String, Integer> widths = new LinkedHashMap<>();
        put(widths, "", "Conv2d_1a_3x3 32 Conv2d_2a_3x3 32 Conv2d_2b_3x3 64 Conv2d_3b_1x1 80 Conv2d_4a_3x3 192");
        for (String block : List.of("5b", "5c", "5d")) {
            put(
                    widths,
                    "Mixed_" + block + ".",
                    "branch1x1 64 branch5x5_1 48 branch5x5_2 64 branch3x3dbl_1 64 "
                            + "branch3x3dbl_2 96 branch3x3dbl_3 96 branch_pool " + (block.equals("5b") ? 32 : 64));
        }
        put(widths, "Mixed_6a.", "branch3x3 384 branch3x3dbl_1 64 branch3x3dbl_2 96 branch3x3dbl_3 96");
        Map<String, Integer> inner = Map.of("6b", 128, "6c", 160, "6d", 160, "6e", 192);
        inner.forEach((block, c) -> put(widths, "Mixed_" + block + ".", sevens(c)));
        put(
                widths,
                "Mixed_7a.",
                "branch3x3_1 192 branch3x3_2 320 branch7x7x3_1 192 branch7x7x3_2 192 "
                        + "branch7x7x3_3 192 branch7x7x3_4 192");
        for (String block : List.of("7b", "7c")) {
            put(
                    widths,
                    "Mixed_" + block + ".",
                    "branch1x1 320 branch3x3_1 384 branch3x3_2a 384 branch3x3_2b 384 "
                            + "branch3x3dbl_1 448 branch3x3dbl_2 384 branch3x3dbl_3a 384 branch3x3dbl_3b 384 branch_pool 192");
        }
        return new StepWeights(widths);
    }

    private static String sevens(int c) {
        return "branch1x1 192 branch7x7_1 " + c + " branch7x7_2 " + c + " branch7x7_3 192 branch7x7dbl_1 " + c
                + " branch7x7dbl_2 " + c + " branch7x7dbl_3 " + c + " branch7x7dbl_4 " + c
                + " branch7x7dbl_5 192 branch_pool 192";
    }

    private static void put(Map<String, Integer> widths, String prefix, String table) {
        String[] words = table.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            widths.put(prefix + words[i] + ".conv", Integer.valueOf(words[i + 1]));
        }
    }

    @Override
    public HostArray take(String name, Shape shape) {
        long seed = name.hashCode();
        if (shape.rank() > 1) {
            double inputs = (double) shape.count() / shape.dim(0);
            return RandomArrays.normal(seed, shape, 0, (float) Math.sqrt(2 / inputs));
        }
        boolean one = name.endsWith("running_var") || name.endsWith(".weight");
        return one ? RandomArrays.normal(seed, shape, 1, 0) : RandomArrays.normal(seed, shape, 0, 0.01f);
    }

    /** InceptionV3's normalisations have no scale in the paper. */
    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return name.startsWith("layer") || name.startsWith("bn") ? take(name, shape) : null;
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        Integer width = widths.get(name.substring(0, name.length() - ".weight".length()));
        return width == null ? null : Shape.of(width, 1);
    }
}
