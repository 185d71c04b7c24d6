package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.semblance.image.Image;

class RepeatedPseudonymsTest {
    private static final Optional<Image> WHITE = Optional.of(Image.filled(4, 4, 0xffffff));

    @Test
    void refusalsBothTimesSayNothing() {
        assertThat(RepeatedPseudonyms.of(Optional.empty(), Optional.empty())).isEqualTo(RepeatedPseudonyms.NONE);
    }

    @Test
    void whatIsRefusedOnceOrDiffersInAPixelIsNotTheSame() {
        Optional<Image> grey = Optional.of(Image.filled(4, 4, 0xfffffe));
        assertThat(RepeatedPseudonyms.of(WHITE, Optional.of(Image.filled(4, 4, 0xffffff)))
                        .and(RepeatedPseudonyms.of(WHITE, grey))
                        .and(RepeatedPseudonyms.of(WHITE, Optional.empty()))
                        .and(RepeatedPseudonyms.of(Optional.empty(), WHITE)))
                .isEqualTo(new RepeatedPseudonyms(4, 1));
    }
}
