package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.AttributeEncoder;
import org.semblance.Disentangler;
import org.semblance.Disentangler.Space;
import org.semblance.Generator;
import org.semblance.IdEncoder;
import org.semblance.LatentMapper;
import org.semblance.array.HostArray;
import org.semblance.backend.Precision;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;

/** What the pipeline promises of its results, and how it refuses what it cannot do. */
class DisentanglerTest {
    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private final Disentangler d = HEADS.model();
    private final List<Image> heads = HEADS.heads();

    @Test
    void oneSwapIsASwapOfListsOfOne() {
        assertThat(d.swap(heads.get(0), heads.get(4)))
                .isEqualTo(d.swap(heads.subList(0, 1), heads.subList(4, 5)).get(0));
    }

    /** A picture does not depend on what goes through the networks together with it. */
    @Test
    void companyChangesNothing() {
        List<Image> together = d.swap(heads, reversed(heads));
        for (int i = 0; i < heads.size(); i++) {
            assertThat(together.get(i)).isEqualTo(d.swap(heads.get(i), heads.get(heads.size() - 1 - i)));
        }
    }

    @Test
    void manySwapsGoThroughInBatches() {
        List<Image> many = new ArrayList<>(heads);
        many.addAll(heads);
        many.addAll(heads.subList(0, 3));
        List<Image> swapped = d.swap(many, many);
        assertThat(swapped).hasSize(19);
        assertThat(swapped.subList(8, 16)).isEqualTo(swapped.subList(0, 8));
        assertThat(swapped.subList(16, 19)).isEqualTo(swapped.subList(0, 3));
    }

    @Test
    void otherPrecisionsShareAllWeightsAndDrawTheSameByEye() {
        Image swapped = d.swap(heads.get(0), heads.get(4));
        for (Precision precision : Precision.values()) {
            if (d.generator().supports(precision)) {
                Disentangler other = d.withPrecision(precision);
                assertThat(other.generator().precision()).isEqualTo(precision);
                assertThat(other.identity()).isSameAs(d.identity());
                assertThat(difference(other.swap(heads.get(0), heads.get(4)), swapped))
                        .isLessThanOrEqualTo(precision == Precision.FLOAT32 ? 0 : 2);
            } else {
                assertThatThrownBy(() -> d.withPrecision(precision))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageStartingWith("generator: " + precision + " cannot be had on ");
            }
        }
    }

    /** The mean one of their bytes. */
    private static double difference(Image a, Image b) {
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        return IntStream.range(0, left.length)
                .mapToDouble(i -> Math.abs(Byte.toUnsignedInt(left[i]) - Byte.toUnsignedInt(right[i])))
                .average()
                .orElseThrow();
    }

    @Test
    void swapTakesIdentityFromOneAndTheRestFromTheOther() throws IOException {
        List<Image> swapped = d.swap(heads.subList(0, 4), heads.subList(4, 8));
        try (IdEncoder judge = IdEncoder.load(Heads64.folder(), "recogniser", HEADS.device())) {
            for (int i = 0; i < 4; i++) {
                double kept = judge.similarity(swapped.get(i), heads.get(i));
                assertThat(kept).isGreaterThan(0.6);
                assertThat(judge.similarity(swapped.get(i), heads.get(i + 4))).isLessThan(kept - 0.3);
            }
        }
    }

    @Test
    void tableHoldsAllSwaps() {
        List<Image> ids = heads.subList(0, 3);
        List<Image> attributes = heads.subList(3, 8);
        List<List<Image>> table = d.table(ids, attributes);
        assertThat(table).hasSize(3).allSatisfy(row -> assertThat(row).hasSize(5));
        for (int i = 0; i < ids.size(); i++) {
            for (int a = 0; a < attributes.size(); a++) {
                assertThat(table.get(i).get(a)).isEqualTo(d.swap(ids.get(i), attributes.get(a)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void interpolationOfIdentitiesEndsAtSwaps(Space space) {
        List<Image> way = d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(5), space, 0, 0.25, 0.5, 1);
        assertThat(way).hasSize(4).doesNotHaveDuplicates();
        assertThat(way.get(0)).isEqualTo(d.swap(heads.get(0), heads.get(5)));
        assertThat(way.get(3)).isEqualTo(d.swap(heads.get(1), heads.get(5)));
    }

    @ParameterizedTest
    @EnumSource
    void interpolationOfAttributesEndsAtSwaps(Space space) {
        List<Image> way = d.interpolateAttributes(heads.get(2), heads.get(6), heads.get(7), space, 1, 0.7, 0);
        assertThat(way).hasSize(3).doesNotHaveDuplicates();
        assertThat(way.get(0)).isEqualTo(d.swap(heads.get(2), heads.get(7)));
        assertThat(way.get(2)).isEqualTo(d.swap(heads.get(2), heads.get(6)));
    }

    @Test
    void spacesDifferBetweenTheEnds() {
        Image inZ = d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(5), Space.Z, 0.5)
                .get(0);
        assertThat(d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(5), Space.W, 0.5)
                        .get(0))
                .isNotEqualTo(inZ);
    }

    @Test
    void middleOfStyleCodesIsTheirMean() {
        HostArray w = d.codes(heads.subList(0, 2), List.of(heads.get(5), heads.get(5)));
        float[] mean = new float[512];
        for (int i = 0; i < 512; i++) {
            mean[i] = (float) (0.5 * w.data()[i] + 0.5 * w.data()[512 + i]);
        }
        assertThat(d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(5), Space.W, 0.5))
                .isEqualTo(d.generator().synthesise(HostArray.of(mean, 1, 512)));
    }

    @ParameterizedTest
    @EnumSource
    void extrapolationGoesOn(Space space) {
        List<Image> way = d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(5), space, -0.5, 0, 1, 1.5);
        assertThat(way).doesNotHaveDuplicates();
        assertThat(way.get(1)).isEqualTo(d.swap(heads.get(0), heads.get(5)));
    }

    @Test
    void fractionsIncludeBothEnds() {
        assertThat(Disentangler.fractions(5)).containsExactly(0, 0.25, 0.5, 0.75, 1);
        assertThat(Disentangler.fractions(4)[3]).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Disentangler.fractions(1))
                .withMessage("fractions: at least 2 are needed, got 1");
    }

    @Test
    void embeddingsAreUnitVectors() {
        float[] e = d.identity().embed(heads.get(3));
        assertThat(e).hasSize(256);
        assertThat(IdEncoder.cosine(e, e)).isCloseTo(1, within(1e-6));
        assertThat(d.identity().similarity(heads.get(3), heads.get(3))).isCloseTo(1, within(1e-6));
        double norm = 0;
        for (float x : e) {
            norm += (double) x * x;
        }
        assertThat(norm).isCloseTo(1, within(1e-5));
    }

    @Test
    void sizesAreToldByTheParts() {
        assertThat(d.resolution()).isEqualTo(64);
        assertThat(d.identity().size()).isEqualTo(256);
        assertThat(d.attributes().size()).isEqualTo(384);
        assertThat(d.mapper().inputSize()).isEqualTo(640);
        assertThat(d.model().name()).isEqualTo("heads64");
    }

    @Test
    void refusesPicturesOfAnotherSize() {
        Image wide = Image.filled(64, 32, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(wide, heads.get(0)))
                .withMessage("identity: images must be 64x64, got 64x32; see Image.resized");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(heads.get(0), wide))
                .withMessageStartingWith("attributes: images must be 64x64, got 64x32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(List.of(heads.get(0), wide), heads.subList(0, 2)))
                .withMessageContaining("64x32");
    }

    @Test
    void refusesEmptyAndUnequalLists() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(List.of(), List.of()))
                .withMessage("identity: at least one image is needed, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.swap(heads, heads.subList(0, 3)))
                .withMessage("swap: as many identity as attribute images are needed, got 8 and 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.table(heads, List.of()))
                .withMessage("attributes: at least one image is needed, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.interpolateIdentity(heads.get(0), heads.get(1), heads.get(2), Space.W))
                .withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.generator().generate(d.generator().z(), Truncation.none(), Noise.none()))
                .withMessageContaining("at least one");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesFractionsThatAreNotFinite(double fraction) {
        for (Space space : Space.values()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> d.interpolateAttributes(heads.get(0), heads.get(1), heads.get(2), space, 0, fraction))
                    .withMessage("interpolate: fractions must be finite, got " + fraction);
        }
    }

    @Test
    void refusesCodesOfAnotherSize() {
        Generator g = d.generator();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.map(HostArray.of(new float[10], 1, 10)))
                .withMessageContaining("z must be [N, 512], got [1, 10]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.map(HostArray.of(new float[512], 512)))
                .withMessageContaining("z must be [N, 512]");
        for (HostArray w : List.of(
                HostArray.of(new float[10], 1, 10),
                HostArray.of(new float[512], 512),
                HostArray.of(new float[5120], 1, 10, 512))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> g.synthesise(w))
                    .withMessageContaining("w must be [N, 512], got [");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.synthesiseLayers(HostArray.of(new float[512], 1, 512), Noise.none()))
                .withMessage("synthesis: ws must be [N, 10, 512], got [1, 512]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> g.generate(g.z(1), HostArray.of(new float[3], 1, 3), Truncation.none(), Noise.none()))
                .withMessageContaining("label must be [N, 0], that is, none, got [1, 3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.mapper().map(HostArray.of(new float[700], 1, 700)))
                .withMessage("mapper: x must be [N, 640], got [1, 700]");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        d.mapper().map(HostArray.of(new float[256], 1, 256), HostArray.of(new float[768], 2, 384)))
                .withMessageContaining("as many rows, got [1, 256] and [2, 384]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdEncoder.cosine(new float[3], new float[4]))
                .withMessage("cosine: lengths must agree, got 3 and 4");
    }

    @Test
    void refusesCodesThatAreNotFinite() {
        HostArray w = d.generator().map(d.generator().z(1));
        w.data()[7] = Float.NaN;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> d.generator().synthesise(w))
                .withMessageContaining("NaN");
    }

    /** A fresh pipeline: what others use stays open. */
    @Test
    void closedPartsRefuseToWork() throws IOException {
        Disentangler closed = Disentangler.load(Heads64.folder(), HEADS.device());
        HostArray z = closed.generator().z(0);
        closed.close();
        closed.close();
        closed.generator().close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.swap(heads.get(0), heads.get(1)))
                .withMessage("identity: it was used after it was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.generator().map(z))
                .withMessage("generator: it was used after it was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.generator().synthesise(z))
                .withMessage("generator: it was used after it was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.attributes().encode(heads.get(0)))
                .withMessage("attributes: it was used after it was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.mapper().map(HostArray.of(new float[640], 1, 640)))
                .withMessage("mapper: it was used after it was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.generator().network().wAvg())
                .withMessage("generator: it was used after it was closed");
    }

    @Test
    void partsWorkWithoutTheWhole() throws IOException {
        try (IdEncoder identity = IdEncoder.load(Heads64.folder(), HEADS.device());
                AttributeEncoder attributes = AttributeEncoder.load(Heads64.folder(), HEADS.device());
                LatentMapper mapper = LatentMapper.load(Heads64.folder(), HEADS.device());
                Generator generator = Generator.load(Heads64.folder(), HEADS.device())) {
            HostArray w = mapper.map(identity.embed(heads.subList(0, 1)), attributes.encode(heads.subList(4, 5)));
            assertThat(generator.synthesise(w).get(0)).isEqualTo(d.swap(heads.get(0), heads.get(4)));
        }
    }

    private static List<Image> reversed(List<Image> images) {
        List<Image> copy = new ArrayList<>(images);
        java.util.Collections.reverse(copy);
        return copy;
    }
}
