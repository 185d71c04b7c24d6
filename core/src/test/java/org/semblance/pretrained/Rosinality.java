package org.semblance.pretrained;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** The names and shapes of rosinality for a generator in the names of stylegan2-ada-pytorch. */
final class Rosinality {
    private static final Pattern LAYER = Pattern.compile("synthesis\\.b(\\d+)\\.(conv0|conv1|torgb)\\.(.*)");

    private Rosinality() {}

    static Map<String, HostArray> of(Map<String, HostArray> ada) {
        Map<String, HostArray> rosi = new LinkedHashMap<>();
        ada.forEach((name, tensor) -> put(rosi, name, tensor));
        return rosi;
    }

    private static void put(Map<String, HostArray> rosi, String name, HostArray tensor) {
        Matcher m = LAYER.matcher(name);
        if (m.matches()) {
            int k = Integer.numberOfTrailingZeros(Integer.parseInt(m.group(1))) - 3;
            layer(rosi, k, m.group(2), m.group(3), tensor);
        } else if (name.startsWith("mapping.fc")) {
            String rest = name.substring("mapping.fc".length());
            int dot = rest.indexOf('.');
            rosi.put("style." + (Integer.parseInt(rest.substring(0, dot)) + 1) + rest.substring(dot), tensor);
        } else if (name.equals("mapping.w_avg")) {
            rosi.put("latent_avg", tensor);
        } else {
            rosi.put("input.input", shaped(tensor, 1, 0));
        }
    }

    private static void layer(Map<String, HostArray> rosi, int k, String kind, String rest, HostArray t) {
        boolean isRgb = kind.equals("torgb");
        int index = kind.equals("conv0") ? 2 * k : 2 * k + 1;
        String prefix = isRgb ? (k < 0 ? "to_rgb1" : "to_rgbs." + k) : k < 0 ? "conv1" : "convs." + index;
        switch (rest) {
            case "weight" -> rosi.put(prefix + ".conv.weight", shaped(t, 1, 0));
            case "affine.weight" -> rosi.put(prefix + ".conv.modulation.weight", t);
            case "affine.bias" -> rosi.put(prefix + ".conv.modulation.bias", t);
            case "noise_strength" -> rosi.put(prefix + ".noise.weight", shaped(t, 1, 0));
            case "noise_const" -> rosi.put("noises.noise_" + (k < 0 ? 0 : index + 1), shaped(t, 2, 0));
            default -> rosi.put(prefix + (isRgb ? ".bias" : ".activate.bias"), isRgb ? shaped(t, 1, 2) : t);
        }
    }

    /** With axes of extent 1 before and behind. */
    private static HostArray shaped(HostArray t, int before, int behind) {
        int[] ones = new int[before + behind];
        Arrays.fill(ones, 1);
        int[] dims = IntStream.concat(
                        IntStream.concat(
                                Arrays.stream(ones, 0, before),
                                Arrays.stream(t.shape().dims())),
                        Arrays.stream(ones, before, ones.length))
                .toArray();
        return new HostArray(Shape.of(dims), t.data());
    }
}
