package org.semblance.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.IdEncoder;
import org.semblance.cli.Heads;
import org.semblance.heads.HeadMotion;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;
import org.semblance.weights.ModelNetwork;

class SwapSequenceTest {
    @Test
    void everyFrameLooksLikeThePicture(@TempDir Path folder) throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        for (int t = 0; t < 3; t++) {
            Image.fromFloats(new HeadRenderer(1)
                            .render(HeadMotion.of(1).at(31, 10 * t), 64)
                            .image())
                    .writePng(in.resolve("f" + t + ".png"));
        }
        Path who = Heads.write(folder.resolve("who.png"), 11, 12);
        Path out = folder.resolve("out");
        SwapSequence.main(in.toString(), who.toString(), out.toString());
        try (Disentangler d = Disentangler.embedded();
                IdEncoder recogniser = IdEncoder.load(
                        d.model(), ModelNetwork.RECOGNISER, d.generator().device())) {
            for (int t = 0; t < 3; t++) {
                Image made = Image.read(out.resolve("f" + t + ".png"));
                double wanted = recogniser.similarity(Image.read(who), made);
                double old = recogniser.similarity(Image.read(in.resolve("f" + t + ".png")), made);
                assertThat(wanted).as("frame %d", t).isGreaterThan(0.5).isGreaterThan(old + 0.3);
            }
        }
        assertThat(out.resolve(".sequence")).doesNotExist();
    }
}
