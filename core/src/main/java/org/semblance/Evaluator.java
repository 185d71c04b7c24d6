package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.metrics.Comparison;
import org.semblance.metrics.Evaluation;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.FactorLayout;
import org.semblance.metrics.ImageDistance;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.PairSource;
import org.semblance.metrics.Recogniser;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * Measures a {@link Disentangler} with the networks of its own model folder and of others: identity, landmarks,
 * reconstruction, agreement of factors, blocks of the code, realism ({@code docs/evaluation.md}).
 *
 * <pre>{@code
 * try (Disentangler d = Disentangler.embedded(); Evaluator e = Evaluator.of(d)) {
 *     EvaluationReport report = e.run(new RenderedPairs(2048, d.resolution(), 0), EvaluationConfig.standard(0), n ->
 * {});
 *     System.out.println(report.figure("identity_recogniser/id_to_output"));
 * }
 * }</pre>
 *
 * <p>Roles that it looks for: {@code identity}, {@code recogniser}, {@code landmarks}, {@code factors} (with its
 * {@code layout}), {@code features} for Frechet and kernel distances, {@code debiased}, and those of
 * {@link Comparison#role}. Several recognisers and feature networks may come from several folders. Networks in no
 * folder are plugged in with {@link MeasuringNetworks#with}:
 *
 * <pre>{@code
 * MeasuringNetworks mine = e.networks().with(Comparison.EXPRESSION, coefficients);
 * e.run(mine, pairs, EvaluationConfig.standard(0), n -> {});
 * }</pre>
 */
public final class Evaluator implements AutoCloseable {
    /** Role of a network whose features tell how real pictures look, such as the pool of InceptionV3. */
    public static final String FEATURES = "features";
    /** Role of a recogniser that attributes do not sway, such as BlendFace, for the bias check. */
    public static final String DEBIASED = "debiased";

    private final Disentangler model;
    private final Device device;
    private final List<ImageEncoder> loaded = new ArrayList<>();
    private final List<Recogniser> recognisers = new ArrayList<>();
    private final Map<String, ImageFeatures> features = new LinkedHashMap<>();
    private @Nullable ImageFeatures landmarks;
    private @Nullable ImageFeatures factors;
    private @Nullable FactorLayout layout;
    private @Nullable Recogniser debiased;
    private final Map<Comparison, ImageDistance> comparisons = new EnumMap<>(Comparison.class);

    private Evaluator(Disentangler model) {
        this.model = model;
        device = model.generator().device();
    }

    /** Measures with what the model's own folder holds. The model is not closed with this. */
    public static Evaluator of(Disentangler model) throws IOException {
        return of(model, List.of());
    }

    /**
     * Measures also with the recognisers and features of other folders, and with their landmarks and factors where the
     * model's own folder has none. Of networks in the role {@link #DEBIASED} or that of a {@link Comparison} the last
     * counts.
     *
     * @throws IOException if a file is missing, damaged or does not fit its description
     */
    public static Evaluator of(Disentangler model, List<ModelFolder> others) throws IOException {
        Evaluator evaluator = new Evaluator(model);
        try {
            evaluator.identity(model);
            evaluator.load(model.model(), "");
            for (ModelFolder other : others) {
                evaluator.load(other, other.name() + "_");
            }
            return evaluator;
        } catch (IOException | RuntimeException e) {
            evaluator.close();
            throw e;
        }
    }

    private void identity(Disentangler pipeline) {
        ModelNetwork network = pipeline.model().network(ModelNetwork.IDENTITY);
        recognisers.add(
                new Recogniser(ModelNetwork.IDENTITY, false, network.sha256(), threshold(network), new ImageFeatures() {
                    @Override
                    public HostArray of(List<Image> images) {
                        return pipeline.identity().embed(images);
                    }

                    @Override
                    public int resolution() {
                        return pipeline.identity().resolution();
                    }
                }));
    }

    private static double threshold(ModelNetwork network) {
        return network.description()
                .find("verification")
                .flatMap(v -> v.find("threshold"))
                .map(Json::asDouble)
                .orElse(Double.NaN);
    }

    private void load(ModelFolder folder, String prefix) throws IOException {
        if (folder.has(ModelNetwork.RECOGNISER)) {
            recognisers.add(recogniser(folder, ModelNetwork.RECOGNISER, prefix + ModelNetwork.RECOGNISER));
        }
        if (folder.has(DEBIASED)) {
            debiased = recogniser(folder, DEBIASED, DEBIASED);
        }
        if (folder.has(FEATURES)) {
            features.put(prefix + FEATURES, network(folder, FEATURES));
        }
        if (landmarks == null && folder.has(ModelNetwork.LANDMARKS)) {
            landmarks = network(folder, ModelNetwork.LANDMARKS);
        }
        if (factors == null && folder.has(ModelNetwork.FACTORS)) {
            layout = FactorLayout.of(
                    folder.network(ModelNetwork.FACTORS).description().get("layout"));
            factors = network(folder, ModelNetwork.FACTORS);
        }
        for (String role : folder.roles()) {
            List<Comparison> compared = Comparison.of(role);
            if (!compared.isEmpty()) {
                ImageFeatures network = network(folder, role);
                compared.forEach(what -> comparisons.put(what, what.by(network)));
            }
        }
    }

    private Recogniser recogniser(ModelFolder folder, String role, String key) throws IOException {
        ModelNetwork network = folder.network(role);
        return new Recogniser(key, true, network.sha256(), threshold(network), network(folder, role));
    }

    private ImageFeatures network(ModelFolder folder, String role) throws IOException {
        ImageEncoder encoder = ImageEncoder.load(folder, role, device);
        loaded.add(encoder);
        return new ImageFeatures() {
            @Override
            public HostArray of(List<Image> images) {
                return encoder.encode(images);
            }

            @Override
            public int resolution() {
                return encoder.resolution();
            }
        };
    }

    /** The networks at hand. */
    public MeasuringNetworks networks() {
        return new MeasuringNetworks(recognisers, landmarks, factors, layout, debiased, comparisons, features);
    }

    /**
     * Measures the model on these pairs.
     *
     * @param progress hears how many more pairs are done
     */
    public EvaluationReport run(PairSource pairs, EvaluationConfig config, IntConsumer progress) throws IOException {
        return run(networks(), pairs, config, progress);
    }

    /**
     * Measures the model by these networks, such as {@link #networks} and some of the user's own.
     *
     * @param progress hears how many more pairs are done
     */
    public EvaluationReport run(
            MeasuringNetworks networks, PairSource pairs, EvaluationConfig config, IntConsumer progress)
            throws IOException {
        return Evaluation.run(new PipelineSteps(model), networks, pairs, config, device, progress);
    }

    /** Pairs of the generator's own pictures. */
    public PairSource generatedPairs(int count, long seed) {
        return new GeneratedPairs(model.generator(), count, seed);
    }

    /** Pairs of the generator's own pictures that no evaluation takes. */
    PairSource testPairs(int count, long seed) {
        return GeneratedPairs.ofTests(model.generator(), count, seed);
    }

    @Override
    public void close() {
        loaded.forEach(ImageEncoder::close);
    }
}
