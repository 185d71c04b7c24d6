package org.semblance.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeadMotionTest {
    private static final List<String> STILL = List.of("bg_hue", "bg_sat", "hair_len", "shirt_hue", "shirt_val");

    @Test
    void poseExpressionAndLightMoveSmoothly() {
        for (long seed = 0; seed < 20; seed++) {
            HeadMotion motion = HeadMotion.of(seed);
            for (String name : List.of("yaw", "pitch", "roll", "mouth_open", "smile", "light_az", "light_el")) {
                double least = 1;
                double greatest = -1;
                double step = 0;
                for (int t = 0; t < 300; t++) {
                    double s = motion.at(5, t).normalised(name);
                    least = Math.min(least, s);
                    greatest = Math.max(greatest, s);
                    step = t == 0
                            ? 0
                            : Math.max(step, Math.abs(s - motion.at(5, t - 1).normalised(name)));
                }
                assertThat(greatest - least).as("%s of seed %d", name, seed).isGreaterThan(0.25);
                assertThat(step).as("%s of seed %d", name, seed).isLessThan(0.37);
            }
        }
    }

    @Test
    void clothesBackgroundAndThePersonStay() {
        HeadMotion motion = HeadMotion.of(3);
        HeadFactors first = motion.at(7, 0);
        for (int t = 1; t < 200; t += 7) {
            HeadFactors later = motion.at(7, t);
            assertThat(later.identity()).isEqualTo(first.identity());
            assertThat(later.identityClasses()).isEqualTo(first.identityClasses());
            assertThat(later.attributeClasses()).isEqualTo(first.attributeClasses());
            for (String name : STILL) {
                assertThat(later.normalised(name)).as(name).isEqualTo(first.normalised(name));
            }
        }
    }

    @Test
    void theEyesBlink() {
        HeadMotion motion = HeadMotion.of(1);
        int closed = 0;
        for (int t = 0; t < 300; t++) {
            closed += motion.at(0, t).normalised("eye_open") < -0.2 ? 1 : 0;
        }
        assertThat(closed).isBetween(6, 30);
    }

    @Test
    void everybodyMovesAlikeUnderOneSeed() {
        HeadMotion motion = HeadMotion.of(11);
        assertThat(motion.at(1, 42).attributes()).isEqualTo(motion.at(2, 42).attributes());
        assertThat(motion.at(1, 42)).isEqualTo(HeadMotion.of(11).at(1, 42));
        assertThat(new HeadMotion(11, 50).at(1, 84)).isEqualTo(motion.at(1, 42));
        assertThat(HeadMotion.of(12).at(1, 42).normalised("yaw"))
                .isNotEqualTo(motion.at(1, 42).normalised("yaw"));
    }

    @Test
    void aPortraitLooksStraightAhead() {
        HeadFactors portrait = HeadMotion.portrait(9);
        assertThat(portrait.value("yaw")).isZero();
        assertThat(portrait.value("mouth_open")).isLessThan(1e-6);
        assertThat(portrait.label("glasses")).isEqualTo("none");
        assertThat(portrait.identity()).isEqualTo(HeadFactors.of(9, 0).identity());
    }

    @Test
    void valuesAreChecked() {
        assertThatThrownBy(() -> new HeadMotion(0, 0)).hasMessageContaining("rate must be positive");
        assertThatThrownBy(() -> HeadMotion.of(0).at(0, -1)).hasMessageContaining("counted from 0, got -1");
    }
}
