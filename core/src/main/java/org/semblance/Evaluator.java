package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.metrics.Evaluation;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.FactorLayout;
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
 * {@code layout}), and {@code features} for Frechet and kernel distances. Several recognisers and feature networks may
 * come from several folders.
 */
public final class Evaluator implements AutoCloseable {
    /** Role of a network whose features tell how real pictures look, such as the pool of InceptionV3. */
    public static final String FEATURES = "features";

    private final Disentangler model;
    private final Device device;
    private final List<ImageEncoder> loaded = new ArrayList<>();
    private final List<Recogniser> recognisers = new ArrayList<>();
    private final Map<String, ImageFeatures> features = new LinkedHashMap<>();
    private @Nullable ImageFeatures landmarks;
    private @Nullable ImageFeatures factors;
    private @Nullable FactorLayout layout;

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
     * model's own folder has none.
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
            ModelNetwork network = folder.network(ModelNetwork.RECOGNISER);
            recognisers.add(new Recogniser(
                    prefix + ModelNetwork.RECOGNISER,
                    true,
                    network.sha256(),
                    threshold(network),
                    network(folder, ModelNetwork.RECOGNISER)));
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
        return new MeasuringNetworks(recognisers, landmarks, factors, layout, features);
    }

    /**
     * Measures the model on these pairs.
     *
     * @param progress hears how many more pairs are done
     */
    public EvaluationReport run(PairSource pairs, EvaluationConfig config, IntConsumer progress) throws IOException {
        return Evaluation.run(new PipelineSteps(model), networks(), pairs, config, device, progress);
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
