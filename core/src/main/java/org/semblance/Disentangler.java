package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.image.Image;
import org.semblance.tensor.Closing;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelSource;

/**
 * The pipeline of "Face Identity Disentanglement via Latent Space Mapping" (Nitzan et al. 2020):
 * {@code image = G(M([E_id(identity image), E_attr(attribute image)]))}.
 *
 * <pre>{@code
 * try (Disentangler d = Disentangler.embedded()) {
 *     d.swap(Image.read(Path.of("a.png")), Image.read(Path.of("b.png"))).writePng(Path.of("c.png"));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Pictures must be aligned and of the size of {@link #resolution}.
 */
public final class Disentangler implements AutoCloseable {
    private static final String EMBEDDED = "org/semblance/models/heads64";

    private final ModelFolder folder;
    private final Generator generator;
    private final IdEncoder identity;
    private final AttributeEncoder attributes;
    private final LatentMapper mapper;

    private Disentangler(Parts parts) {
        folder = parts.folder;
        generator = parts.take(Generator.class);
        identity = parts.take(IdEncoder.class);
        attributes = parts.take(AttributeEncoder.class);
        mapper = parts.take(LatentMapper.class);
        requireSizes();
    }

    /** The model of the artifact {@code semblance-model-heads64}, on the best device here. */
    public static Disentangler embedded() throws IOException {
        return load(embeddedModel(), Device.best());
    }

    /**
     * The folder of the artifact {@code semblance-model-heads64}.
     *
     * @throws IOException if it is not on the class path
     */
    public static ModelFolder embeddedModel() throws IOException {
        return ModelFolder.open(ModelSource.of(Disentangler.class.getClassLoader(), EMBEDDED));
    }

    /** A model folder on disk. */
    public static Disentangler load(Path folder, Device device) throws IOException {
        return load(ModelFolder.open(folder), device);
    }

    /**
     * A model folder.
     *
     * @throws IOException if a file is missing, damaged or does not fit its description, a role is missing or of
     *     another architecture, or sizes of the networks do not agree
     */
    public static Disentangler load(ModelFolder folder, Device device) throws IOException {
        Parts parts = new Parts(folder);
        try {
            parts.made.add(Generator.load(folder, device));
            parts.made.add(IdEncoder.load(folder, device));
            parts.made.add(AttributeEncoder.load(folder, device));
            parts.made.add(LatentMapper.load(folder, device));
            return NetworkLoader.described(folder, () -> new Disentangler(parts));
        } catch (IOException | RuntimeException | Error e) {
            parts.closeAll(e);
            throw e;
        }
    }

    /** Networks made so far, so that none leaks if a later one cannot be made. */
    private record Parts(ModelFolder folder, List<AutoCloseable> made) {
        Parts(ModelFolder folder) {
            this(folder, new ArrayList<>());
        }

        <T> T take(Class<T> type) {
            return made.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .findFirst()
                    .orElseThrow();
        }

        void closeAll(Throwable failure) {
            made.forEach(part -> Closing.close(part, failure));
        }
    }

    private Disentangler(Disentangler shared, Generator drawing) {
        folder = shared.folder;
        generator = drawing;
        identity = shared.identity;
        attributes = shared.attributes;
        mapper = shared.mapper;
    }

    private void requireSizes() {
        int wanted = identity.size() + attributes.size();
        if (mapper.inputSize() != wanted) {
            throw new IllegalArgumentException(
                    "model: the mapper takes " + mapper.inputSize() + " features but identity (" + identity.size()
                            + ") and attributes (" + attributes.size() + ") give " + wanted);
        }
        List<Integer> widths = mapper.network().widths();
        int made = widths.get(widths.size() - 1);
        if (made != generator.wDim()) {
            throw new IllegalArgumentException(
                    "model: the mapper makes codes of " + made + " but the generator takes " + generator.wDim());
        }
    }

    /**
     * The same pipeline with a generator that draws in another precision; what reads pictures stays float32. Both share
     * all weights: closing either closes both.
     *
     * @throws UnsupportedOperationException as {@link Generator#withPrecision}
     */
    public Disentangler withPrecision(Precision drawn) {
        return new Disentangler(this, generator.withPrecision(drawn));
    }

    /** What was loaded, with sizes, training notes and licences. */
    public ModelFolder model() {
        return folder;
    }

    /** Pixels per side of the pictures it makes. */
    public int resolution() {
        return generator.resolution();
    }

    /** Style codes to pictures; closed with this. */
    public Generator generator() {
        return generator;
    }

    /** Pictures to identities; closed with this. */
    public IdEncoder identity() {
        return identity;
    }

    /** Pictures to everything else; closed with this. */
    public AttributeEncoder attributes() {
        return attributes;
    }

    /** Both to style codes; closed with this. */
    public LatentMapper mapper() {
        return mapper;
    }

    /**
     * A head with the identity of one picture and everything else of another.
     *
     * @throws IllegalArgumentException if a picture is not of its encoder's size
     * @throws IllegalStateException if this was closed
     */
    public Image swap(Image identityImage, Image attributeImage) {
        return swap(List.of(identityImage), List.of(attributeImage)).get(0);
    }

    /** Swaps pair by pair; lists of equal length. A pair alone may differ from the same among others by rounding. */
    public List<Image> swap(List<Image> identityImages, List<Image> attributeImages) {
        return generator.synthesise(codes(identityImages, attributeImages));
    }

    /**
     * Heads with identities that are known as embeddings already, such as an {@link IdentityTemplate}, and everything
     * else of pictures.
     *
     * @param identities {@code [N, D]} for N pictures, or {@code [1, D]} for one identity in all of them
     */
    public List<Image> swap(HostArray identities, List<Image> attributeImages) {
        HostArray attrs = attributes.encode(attributeImages);
        boolean isOne = identities.shape().dim(0) == 1;
        HostArray ids = isOne ? Batches.joined(Collections.nCopies(attributeImages.size(), identities)) : identities;
        return generator.synthesise(mapper.map(ids, attrs));
    }

    /** The style codes that {@link #swap(List, List)} draws, {@code [N, wDim]}. */
    public HostArray codes(List<Image> identityImages, List<Image> attributeImages) {
        if (identityImages.size() != attributeImages.size()) {
            throw new IllegalArgumentException("swap: as many identity as attribute images are needed, got "
                    + identityImages.size() + " and " + attributeImages.size());
        }
        return mapper.map(identity.embed(identityImages), attributes.encode(attributeImages));
    }

    /** Every identity with every attribute: {@code result.get(i).get(a)}; at least one of each. */
    public List<List<Image>> table(List<Image> identityImages, List<Image> attributeImages) {
        HostArray ids = identity.embed(identityImages);
        HostArray attrs = attributes.encode(attributeImages);
        List<List<Image>> rows = new ArrayList<>();
        for (int i = 0; i < identityImages.size(); i++) {
            HostArray one = Batches.rows(ids, i, i + 1);
            HostArray repeated = Batches.joined(Collections.nCopies(attributeImages.size(), one));
            rows.add(generator.synthesise(mapper.map(repeated, attrs)));
        }
        return rows;
    }

    /** The space in which codes are mixed. */
    public enum Space {
        /** Before the mapper: [identity, attributes]. */
        Z,
        /** After the mapper: style codes of the generator. */
        W
    }

    /**
     * From one identity to another with everything else kept, straight.
     *
     * @param fractions positions between the two: 0 gives exactly the swap with {@code from}, 1 exactly that with
     *     {@code to}, others outside [0, 1] extrapolate
     */
    public List<Image> interpolateIdentity(
            Image from, Image to, Image attributeImage, Space space, double... fractions) {
        return identityPath(from, to, attributeImage, space, Curve.LINEAR).draw(fractions);
    }

    /** From the attributes of one picture to those of another with one identity; as {@link #interpolateIdentity}. */
    public List<Image> interpolateAttributes(
            Image identityImage, Image from, Image to, Space space, double... fractions) {
        return attributePath(identityImage, from, to, space, Curve.LINEAR).draw(fractions);
    }

    /** The way from one identity to another with everything else kept. */
    public LatentPath identityPath(Image from, Image to, Image attributeImage, Space space, Curve curve) {
        float[] keep = attributes.encode(attributeImage);
        return LatentPath.ofIdentities(this, identity.embed(from), identity.embed(to), keep, space, curve);
    }

    /** The way from the attributes of one picture to those of another with one identity. */
    public LatentPath attributePath(Image identityImage, Image from, Image to, Space space, Curve curve) {
        float[] keep = identity.embed(identityImage);
        return LatentPath.ofAttributes(this, keep, attributes.encode(from), attributes.encode(to), space, curve);
    }

    /** Equally spaced fractions from 0 to 1, both included. */
    public static double[] fractions(int count) {
        if (count < 2) {
            throw new IllegalArgumentException("fractions: at least 2 are needed, got " + count);
        }
        double[] fractions = new double[count];
        for (int i = 0; i < count; i++) {
            fractions[i] = i == count - 1 ? 1 : (double) i / (count - 1);
        }
        return fractions;
    }

    @Override
    public void close() {
        try (mapper;
                attributes;
                identity) {
            generator.close();
        }
    }
}
