package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.semblance.backend.Device;
import org.semblance.image.Image;

class ReconstructionTest {
    private static final Image DARK = Image.filled(64, 64, 0x202020);
    private static final Image LIGHT = Image.filled(64, 64, 0x535353);

    @Test
    void errorsOfFlatPictures() {
        double[] errors = Reconstruction.squaredErrors(List.of(DARK, DARK), List.of(LIGHT, DARK));
        assertThat(errors[0]).isCloseTo(0.04, within(1e-12)); // 51 of 255
        assertThat(errors[1]).isZero();
        assertThat(Reconstruction.psnr(errors[0])).isCloseTo(10 * Math.log10(25), within(1e-9));
        assertThat(Reconstruction.psnr(errors[1])).isInfinite();
    }

    /** Without structure, similarity is its luminance term: (2 a b + c) / (a^2 + b^2 + c) with c = 1e-4. */
    @Test
    void similarityOfFlatPictures() {
        double a = 0x20 / 255.0;
        double b = 0x53 / 255.0;
        double luminance = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
        assertThat(Reconstruction.ssim(List.of(DARK), List.of(LIGHT), Device.cpu())[0])
                .isCloseTo(luminance, within(1e-3));
        double coarsest = 0.3001 / (0.0448 + 0.2856 + 0.3001);
        assertThat(Reconstruction.msSsim(List.of(DARK), List.of(LIGHT), Device.cpu())[0])
                .isCloseTo(Math.pow(luminance, coarsest), within(1e-3));
        assertThat(Reconstruction.msSsim(List.of(DARK), List.of(DARK), Device.cpu())[0])
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void smallPicturesHaveFewerScales() {
        assertThat(Reconstruction.scales(64)).isEqualTo(3);
        assertThat(Reconstruction.scales(160)).isEqualTo(4);
        assertThat(Reconstruction.scales(161)).isEqualTo(5);
        assertThat(Reconstruction.scales(1024)).isEqualTo(5);
        assertThat(Reconstruction.scales(16)).isEqualTo(1);
    }

    @Test
    void refusesPicturesThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reconstruction.squaredErrors(List.of(DARK), List.of(Image.filled(8, 8, 0))));
        Image small = Image.filled(8, 8, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reconstruction.ssim(List.of(small), List.of(small), Device.cpu()))
                .withMessageContaining("8x8");
    }
}
