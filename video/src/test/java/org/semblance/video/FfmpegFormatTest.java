package org.semblance.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameReader;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.VideoFormat;

class FfmpegFormatTest {
    private static final int FRAMES = 30;

    @TempDir
    private Path folder;

    private static VideoFormat format() throws IOException {
        VideoFormat format = VideoFormat.find();
        assertThat(format).isInstanceOf(FfmpegFormat.class);
        return format;
    }

    /** A patch that brightens from frame to frame, on a coloured ground. */
    private FrameFolder frames(String name, int count, int offset) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < count; i++) {
            byte[] rgb = new byte[3 * 96 * 64];
            for (int p = 0; p < rgb.length; p += 3) {
                boolean patch = p / 3 % 96 < 48;
                rgb[p] = (byte) (patch ? 40 + 5 * i + offset : 200);
                rgb[p + 1] = (byte) (patch ? 40 + 5 * i + offset : 60);
                rgb[p + 2] = (byte) (patch ? 40 + 5 * i + offset : 30);
            }
            Image.of(96, 64, rgb).writePng(place.resolve("f" + i + ".png"));
        }
        return FrameFolder.of(place);
    }

    private static List<Image> all(FrameSource source, int first) throws IOException {
        List<Image> images = new ArrayList<>();
        try (FrameReader reader = source.open(first)) {
            for (Image image = reader.next(); image != null; image = reader.next()) {
                images.add(image);
            }
        }
        return images;
    }

    @Test
    void aVideoHoldsItsFramesInOrder() throws IOException {
        Path file = folder.resolve("a.mp4");
        format().write(frames("in", FRAMES, 0), 25, file);
        FrameSource video = format().read(file);
        assertThat(video.estimate()).isEqualTo(FRAMES);
        List<Image> read = all(video, 0);
        assertThat(read).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(read.get(i).rgb(20, 30) & 0xff).isCloseTo(40 + 5 * i, within(6));
            assertThat(read.get(i).rgb(80, 30) >> 16).isCloseTo(200, within(8));
            assertThat(read.get(i).rgb(80, 30) & 0xff).isCloseTo(30, within(8));
        }
        assertThat(all(video, 11)).isEqualTo(read.subList(11, FRAMES));
        assertThat(all(video, FRAMES + 5)).isEmpty();
    }

    @Test
    void equalRunsGiveEqualFilesAndNothingElse() throws IOException {
        FrameFolder frames = frames("in", 12, 0);
        Path out = Files.createDirectories(folder.resolve("out"));
        format().write(frames, 30, out.resolve("a.mp4"));
        format().write(frames, 30, out.resolve("b.mp4"));
        assertThat(out.resolve("a.mp4")).hasSameBinaryContentAs(out.resolve("b.mp4"));
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void soundAndTimesOfTheOriginalAreKept() throws IOException {
        Path original = folder.resolve("original.mov");
        Tone.write(frames("in", FRAMES, 0), original);
        byte[] sound = Tone.sound(original);
        assertThat(sound).hasSize(32_000);
        Path out = folder.resolve("out.mov");
        format().write(frames("other", FRAMES, 60), original, out);
        assertThat(Tone.sound(out)).isEqualTo(sound);
        assertThat(Tone.times(out)).isEqualTo(Tone.times(original)).doesNotHaveDuplicates();
        assertThat(Tone.times(out).get(11) - Tone.times(out).get(10))
                .as("an uneven distance")
                .isGreaterThan(Tone.times(out).get(9) - Tone.times(out).get(8));
        assertThat(all(format().read(out), 0).get(0).rgb(20, 30) & 0xff).isCloseTo(100, within(6));
    }

    @Test
    void moreFramesThanTheOriginalHasAreRefused() throws IOException {
        Path original = folder.resolve("original.mp4");
        format().write(frames("in", 5, 0), 25, original);
        Path out = folder.resolve("out.mp4");
        assertThatThrownBy(() -> format().write(frames("more", 6, 0), original, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more frames than in");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatIsNoVideoIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("a.mp4"), "no video at all");
        assertThatThrownBy(() -> format().read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot open")
                .hasMessageContaining("a.mp4");
        assertThatThrownBy(() -> format().read(folder.resolve("none.mp4"))).isInstanceOf(NoSuchFileException.class);
        FrameFolder frames = frames("in", 2, 0);
        assertThatThrownBy(() -> format().write(frames, 25, folder.resolve("a.unknown")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("find a container for");
        assertThatThrownBy(() -> format().write(frames, 0, folder.resolve("b.mp4")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
