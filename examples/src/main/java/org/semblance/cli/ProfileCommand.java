package org.semblance.cli;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.nn.Initialisers;
import org.semblance.nn.ParameterSource;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What each layer of a StyleGAN2 synthesis takes, and how far that is from the least that it can. */
@Command(
        name = "profile",
        description = "Times each layer of a StyleGAN2 generator with random weights in half precision on a device,"
                + " beside its floor: operations or bytes at the rates that the device reaches, whichever takes longer."
                + " What a layer takes is what the pass to its end takes longer than the pass to its beginning, both"
                + " replayed as graphs, as they are when pictures are made; styles are with the start of a pass."
                + " Needs a CUDA device.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ProfileCommand extends Verb {
    private static final int WIDEST = 512;

    @Option(
            names = "--resolution",
            defaultValue = "1024",
            paramLabel = "R",
            description = "Pixels per side, a power of two from 8 to 1024 (default: ${DEFAULT-VALUE}).")
    private int resolution;

    @Option(
            names = "--channel-base",
            paramLabel = "N",
            description = "Channels times pixels per side of the widest layers (default: 32768 from 512 pixels, below"
                    + " 16384).")
    private @Nullable Integer channelBase;

    @Option(
            names = "--batch",
            defaultValue = "8",
            paramLabel = "N",
            description = "Pictures at a time, at least 1 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--precision",
            defaultValue = "float16",
            paramLabel = "float16|bfloat16",
            description = "What is multiplied (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--passes",
            defaultValue = "21",
            paramLabel = "N",
            description = "The figures are medians of so many, at least 1 (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Option(
            names = "--teraflops",
            defaultValue = "790",
            paramLabel = "X",
            description =
                    "10^12 operations per second that the device reaches (default: an H100's," + " ${DEFAULT-VALUE}).")
    private double teraflops;

    @Option(
            names = "--terabytes",
            defaultValue = "3.0",
            paramLabel = "X",
            description = "10^12 bytes per second that its memory reaches (default: an H100's, ${DEFAULT-VALUE}).")
    private double terabytes;

    @Mixin
    private DeviceOptions device;

    @Override
    int run() {
        if (batch < 1 || passes < 1 || !(teraflops > 0) || !(terabytes > 0)) {
            throw wrong("--batch, --passes, --teraflops and --terabytes must be positive");
        }
        if (resolution < 8 || resolution > 1024 || Integer.bitCount(resolution) != 1) {
            throw wrong("--resolution must be a power of two from 8 to 1024, got " + resolution);
        }
        int base = channelBase != null ? channelBase : resolution < 512 ? 16384 : 32768;
        GeneratorConfig config = GeneratorConfig.standard(resolution, base, WIDEST);
        Device opened = gpu();
        try (StyleGan2Generator generator =
                StyleGan2Generator.load(config, new Fresh(Initialisers.random(1)), opened, false)) {
            print(measure(generator, opened));
        }
        return 0;
    }

    /** @throws UnsupportedOperationException if the device is none that plans a synthesis */
    private Device gpu() {
        Device opened = device.open();
        if (!opened.name().startsWith("cuda")) {
            throw new UnsupportedOperationException("profile: expected a CUDA device, which alone has layers in half"
                    + " precision, got " + opened + "; " + aboutCuda());
        }
        return opened;
    }

    private static String aboutCuda() {
        try {
            return Device.cuda() + " is to be had with --device cuda";
        } catch (UnsupportedOperationException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private List<LayerTime> measure(StyleGan2Generator generator, Device opened) {
        GeneratorConfig config = generator.config();
        Shape shape = Shape.of(batch, config.numWs(), config.wDim());
        try (Scope scope = Scope.open("profile")) {
            float[] codes =
                    Initialisers.normal(shape, 1, Initialisers.random(2)).data();
            Tensor ws = Tensor.of(opened, codes, batch, config.numWs(), config.wDim());
            return generator.profile(ws, Noise.constant(), precision, passes);
        }
    }

    private void print(List<LayerTime> times) {
        out().println("layer     way                    ms    floor  ratio    TF/s    TB/s");
        for (LayerTime t : times) {
            print(t.layer(), t.way(), t, t.floor(1e12 * teraflops, 1e12 * terabytes));
        }
        double millis = times.stream().mapToDouble(LayerTime::milliseconds).sum();
        double operations = times.stream().mapToDouble(LayerTime::operations).sum();
        double bytes = times.stream().mapToDouble(LayerTime::bytes).sum();
        double floor = times.stream()
                .mapToDouble(t -> t.floor(1e12 * teraflops, 1e12 * terabytes))
                .sum();
        print("all", "", new LayerTime("all", "", millis, operations, bytes), floor);
    }

    private void print(String layer, String way, LayerTime t, double floor) {
        double seconds = t.milliseconds() / 1e3;
        out().println(String.format(
                Locale.ROOT,
                "%-9s %-16s %8.4f %8.4f %6.2f %7.1f %7.3f",
                layer,
                way,
                t.milliseconds(),
                floor,
                t.milliseconds() / floor,
                t.operations() / seconds / 1e12,
                t.bytes() / seconds / 1e12));
    }

    /** Random weights; biases, noise and its strengths are small, scales of styles near one. */
    private record Fresh(RandomGenerator random) implements ParameterSource {
        @Override
        public HostArray take(String name, Shape shape) {
            if (name.endsWith("affine.bias")) {
                return Initialisers.constant(shape, 1);
            }
            boolean small = name.endsWith("bias") || name.endsWith("noise_strength");
            return Initialisers.normal(shape, small ? 0.1 : 1, random);
        }

        @Override
        public @Nullable HostArray takeIfPresent(String name, Shape shape) {
            return name.endsWith("resample_filter") ? null : take(name, shape);
        }

        /** Nothing is stored, so no shape is known before it is asked for. */
        @Override
        public @Nullable Shape shapeOf(String name) {
            return null;
        }
    }
}
