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
import org.semblance.image.Image;
import org.semblance.weights.ModelNetwork;

class SwapTwoHeadsTest {
    @Test
    void keepsTheIdentityOfTheFirst(@TempDir Path folder) throws IOException {
        Path a = Heads.write(folder.resolve("a.png"), 11, 12);
        Path b = Heads.write(folder.resolve("b.png"), 13, 14);
        Path c = folder.resolve("c.png");
        SwapTwoHeads.main(a.toString(), b.toString(), c.toString());
        try (Disentangler d = Disentangler.embedded();
                IdEncoder recogniser = IdEncoder.load(
                        d.model(), ModelNetwork.RECOGNISER, d.generator().device())) {
            double same = recogniser.similarity(Image.read(a), Image.read(c));
            double other = recogniser.similarity(Image.read(b), Image.read(c));
            assertThat(same).isGreaterThan(0.5).isGreaterThan(other + 0.3);
        }
    }

    @Test
    void isTheProgramOfReadme() throws IOException {
        String program = Files.readString(Path.of("src/main/java/org/semblance/examples/SwapTwoHeads.java"));
        String readme = Files.readString(Path.of("../README.md"));
        String body = program.substring(program.indexOf("        try ("), program.lastIndexOf("    }"));
        assertThat(readme).contains(body.stripTrailing());
    }
}
