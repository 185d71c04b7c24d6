package org.semblance.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

class KSameGroupsTest {
    /** People on a circle at these angles in degrees, with norms that do not matter. */
    private static HostArray people(double... angles) {
        float[] rows = new float[2 * angles.length];
        for (int i = 0; i < angles.length; i++) {
            rows[2 * i] = (float) ((i + 1) * Math.cos(Math.toRadians(angles[i])));
            rows[2 * i + 1] = (float) ((i + 1) * Math.sin(Math.toRadians(angles[i])));
        }
        return HostArray.of(rows, angles.length, 2);
    }

    private static float[] at(double angle) {
        return new float[] {(float) Math.cos(Math.toRadians(angle)), (float) Math.sin(Math.toRadians(angle))};
    }

    @Test
    void neighboursShareTheMeanOfTheFurthestGroup() {
        KSameGroups groups = KSameGroups.of(people(0, 180, 4, 176, 92, 90), 2);
        int right = groups.groupOf(at(1));
        assertThat(groups.groupOf(at(5))).isEqualTo(right);
        assertThat(groups.groupOf(at(178))).isNotEqualTo(right);
        assertThat(Codes.dot(groups.replacement(right), at(178))).isCloseTo(1, within(1e-5));
        assertThat(Codes.dot(groups.replacement(groups.groupOf(at(178))), at(2)))
                .isCloseTo(1, within(1e-5));
        assertThat(groups.people()).isEqualTo(6);
    }

    @Test
    void everyGroupHasAtLeastKPeople() {
        double[] angles = {10, 50, 300, 44, 170, 200, 255, 100, 12, 90, 31};
        KSameGroups groups = KSameGroups.of(people(angles), 3);
        Map<Integer, Integer> sizes = new TreeMap<>();
        for (double angle : angles) {
            sizes.merge(groups.groupOf(at(angle)), 1, Integer::sum);
        }
        assertThat(sizes).hasSize(3);
        assertThat(sizes.values()).allMatch(size -> size >= 3);
        assertThat(groups.least()).isEqualTo(3);
        assertThat(new AnonymityMode.KSame(groups, 3).parameters()).containsEntry("k", 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AnonymityMode.KSame(groups, 4))
                .withMessageContaining("smallest group, 3, got 4");
    }

    @Test
    void refusesSetsThatAreTooSmall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KSameGroups.of(people(1, 2, 3), 2))
                .withMessageContaining("at least 2k people");
        assertThatIllegalArgumentException().isThrownBy(() -> KSameGroups.of(people(1, 2, 3), 1));
    }

    @Test
    void strengthGoesFromTheOldToTheNewAndBeyond() {
        assertThat(Codes.between(at(10), at(70), 1)).containsExactly(at(70), within(1e-6f));
        assertThat(Codes.between(at(10), at(70), 0.5)).containsExactly(at(40), within(1e-6f));
        assertThat(Codes.between(at(10), at(70), 1.5)).containsExactly(at(100), within(1e-6f));
        assertThat(Codes.corrected(new float[] {1, 2}, 0.5, new float[] {3, 3}, new float[] {1, 5}))
                .containsExactly(2, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> Codes.unit(new float[2]));
    }
}
