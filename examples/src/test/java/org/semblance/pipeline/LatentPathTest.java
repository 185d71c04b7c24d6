package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.Curve;
import org.semblance.Disentangler;
import org.semblance.Disentangler.Space;
import org.semblance.LatentPath;
import org.semblance.image.Image;

class LatentPathTest {
    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private final Disentangler d = HEADS.model();
    private final Image a = HEADS.heads().get(0);
    private final Image b = HEADS.heads().get(1);
    private final Image c = HEADS.heads().get(5);

    @ParameterizedTest
    @CsvSource({"Z, LINEAR", "Z, SPHERICAL", "W, LINEAR", "W, SPHERICAL"})
    void endsAreSwapsToTheBit(Space space, Curve curve) {
        LatentPath who = d.identityPath(a, b, c, space, curve);
        assertThat(who.draw(1, 0.5, 0)).first().isEqualTo(d.swap(b, c));
        assertThat(who.draw(1, 0.5, 0)).last().isEqualTo(d.swap(a, c));
        LatentPath how = d.attributePath(a, b, c, space, curve);
        List<Image> way = how.draw(0, 1, 2, -1);
        assertThat(way.get(0)).isEqualTo(d.swap(a, b));
        assertThat(way.get(1)).isEqualTo(d.swap(a, c));
        assertThat(way).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"LINEAR", "SPHERICAL"})
    void inZOnlyOnePartChanges(Curve curve) {
        float[] keep = d.attributes().encode(c);
        LatentPath who = d.identityPath(a, b, c, Space.Z, curve);
        for (double t : new double[] {-1, 0, 0.3, 1}) {
            float[] z = who.code(t);
            assertThat(Arrays.copyOfRange(z, 256, z.length)).isEqualTo(keep);
            assertThat(Arrays.copyOf(z, 256))
                    .isEqualTo(curve.at(d.identity().embed(a), d.identity().embed(b), t));
        }
        LatentPath how = d.attributePath(a, b, c, Space.Z, curve);
        assertThat(Arrays.copyOf(how.code(0.4), 256)).isEqualTo(d.identity().embed(a));
        assertThat(how.code(0.4)).isNotEqualTo(how.code(0.5));
    }

    @ParameterizedTest
    @CsvSource({"LINEAR", "SPHERICAL"})
    void inWTheStyleCodeDoes(Curve curve) {
        float[] from = d.codes(List.of(a), List.of(c)).data();
        float[] to = d.codes(List.of(b), List.of(c)).data();
        LatentPath who = d.identityPath(a, b, c, Space.W, curve);
        assertThat(who.code(0)).isEqualTo(from);
        assertThat(who.code(1)).isEqualTo(to);
        assertThat(who.code(0.25)).isEqualTo(curve.at(from, to, 0.25));
    }
}
