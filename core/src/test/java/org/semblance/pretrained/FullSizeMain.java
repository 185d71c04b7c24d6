package org.semblance.pretrained;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Safetensors;
import org.semblance.weights.files.WeightsFile;

/**
 * A generator of full size in every container: {@code FullSizeMain write FOLDER [RESOLUTION]} makes random weights,
 * {@code FullSizeMain load FILE} loads them and prints time, peak memory and a digest of a picture. One process each,
 * so
 * that the peak is that of one file.
 */
public final class FullSizeMain {
    private FullSizeMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("write")) {
            write(Path.of(arguments[1]), arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1024);
        } else {
            load(Path.of(arguments[1]));
        }
    }

    static Map<String, HostArray> weights(int resolution) {
        RandomWeights random = new RandomWeights();
        GeneratorConfig config = GeneratorConfig.standard(resolution, 32768, 512);
        StyleGan2Generator.load(config, random, Device.cpu(), false).close();
        random.made().keySet().removeIf(name -> name.endsWith("resample_filter"));
        return random.made();
    }

    static void write(Path folder, int resolution) throws IOException {
        Files.createDirectories(folder);
        Map<String, HostArray> all = weights(resolution);
        TorchWriter.snapshot(folder.resolve("snapshot.pkl"), Map.of("G", all, "G_ema", all, "extra", all));
        TorchWriter.zip(folder.resolve("zip.pt"), all);
        TorchWriter.legacy(folder.resolve("legacy.pt"), all);
        TorchWriter.zip(folder.resolve("rosinality.pt"), Rosinality.of(all));
        Safetensors.write(folder.resolve("plain.safetensors"), all, DType.F32, Map.of());
    }

    private static void load(Path path) throws IOException {
        long start = System.nanoTime();
        try (WeightsFile file = WeightsFile.open(path);
                StyleGan2Generator g = Pretrained.generator(Pretrained.main(file), Device.cpu(), false)) {
            double seconds = (System.nanoTime() - start) / 1e9;
            String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .findFirst()
                    .orElse("VmHWM: unknown");
            long digest = digest(g);
            System.out.printf(
                    "%s: %,d bytes, loaded in %.2f s, peak %s, picture %016x%n",
                    path.getFileName(), Files.size(path), seconds, peak.replaceAll("\\s+", " "), digest);
        }
    }

    private static long digest(StyleGan2Generator g) {
        float[] z = new float[g.config().zDim()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) Math.sin(i);
        }
        try (Scope scope = Scope.open("picture")) {
            Tensor w = g.map(Tensor.of(Device.cpu(), z, 1, z.length), null);
            float[] image = g.synthesise(g.broadcast(w, Truncation.none()), Noise.constant())
                    .toHost()
                    .data();
            return (long) Arrays.hashCode(image) << 32 | Float.floatToIntBits(image[image.length / 2]) & 0xffffffffL;
        }
    }
}
