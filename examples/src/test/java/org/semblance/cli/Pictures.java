package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.semblance.image.Image;

/** Comparing pictures. */
final class Pictures {
    private Pictures() {}

    /** Equal but for the rounding of sums in batches of other sizes. */
    static void assertClose(Image got, Image expected) {
        byte[] x = got.toBytes();
        byte[] y = expected.toBytes();
        assertThat(x).hasSameSizeAs(y);
        int worst = 0;
        for (int i = 0; i < x.length; i++) {
            worst = Math.max(worst, Math.abs((x[i] & 0xff) - (y[i] & 0xff)));
        }
        assertThat(worst).as("worst difference of levels").isLessThanOrEqualTo(1);
    }
}
