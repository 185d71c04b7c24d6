package org.semblance.heads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactorColumnsTest {
    @Test
    void numbersAreOneColumnHuesTwoAndCategoriesOnePerClass() {
        FactorColumns attributes = FactorColumns.ofAttributes();
        assertThat(attributes.names())
                .hasSize(30)
                .startsWith("yaw", "pitch")
                .contains("bg_hue.cos", "bg_hue.sin", "hair_len")
                .endsWith("glasses.none", "glasses.round", "glasses.square");
        HeadFactors head = HeadFactors.of(3, 4)
                .withNormalised("yaw", 0.25)
                .withNormalised("bg_hue", 0.5)
                .withLabel("glasses", "square");
        float[] row = attributes.of(head);
        assertThat(row).hasSize(30).startsWith(0.25f);
        int hue = attributes.names().indexOf("bg_hue.cos");
        assertThat(Math.abs(row[hue])).isLessThan(1e-6f);
        assertThat(row[hue + 1]).isEqualTo(1);
        assertThat(row).endsWith(0, 0, 1);
    }

    @Test
    void identityColumnsAreOfTheIdentityAlone() {
        FactorColumns identity = FactorColumns.ofIdentity();
        assertThat(identity.names())
                .hasSize(41)
                .contains("eye_col.grey", "hair_t")
                .doesNotContain("yaw", "hair_len");
        HeadFactors one = HeadFactors.of(5, 6);
        assertThat(identity.of(one)).isEqualTo(identity.of(HeadFactors.of(5, 60)));
        assertThat(identity.of(one)).isNotEqualTo(identity.of(HeadFactors.of(50, 6)));
    }
}
