package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.VideoFormat;

/**
 * Where a sequence comes from and goes to: folders of frames or video files.
 *
 * @param input what is read
 * @param out what is written
 * @param rate frames per second of a video that is made of a folder
 */
record SequencePlaces(Path input, Path out, double rate) {
    /** Refuses early what would fail late. */
    SequencePlaces checked() throws IOException {
        if (!Files.exists(input)) {
            throw new NoSuchFileException(input.toString());
        }
        if (Files.exists(out) && Files.isSameFile(input, out)) {
            throw new IOException("the result must not replace the input, got " + out + " for both");
        }
        if (!isVideo() && Files.isRegularFile(out)) {
            throw new IOException("a folder or a video file is needed for the result, got " + out);
        }
        return this;
    }

    /** Whether a video file is made: the name has an ending and no folder of that name is there. */
    boolean isVideo() {
        String name = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
        return name.matches(".+\\.(mp4|m4v|mov|mkv|webm|avi)") && !Files.isDirectory(out);
    }

    FrameSource source() throws IOException {
        return Files.isDirectory(input)
                ? FrameFolder.of(input)
                : VideoFormat.find().read(input);
    }

    /** The folder that takes the frames of the result; beside a video file, hidden, until that is made. */
    Path frames() {
        return isVideo() ? out.resolveSibling("." + out.getFileName() + ".frames") : out;
    }

    /** Makes the video file, if there is to be one, of all frames. */
    void finish(FrameSource read, int count) throws IOException {
        if (!isVideo()) {
            return;
        }
        FrameSource made = FrameFolder.written(frames(), read, count);
        if (Files.isDirectory(input)) {
            VideoFormat.find().write(made, rate, out);
        } else {
            VideoFormat.find().write(made, input, out);
        }
    }

    /** Removes the frames of a video file that is made. */
    void clear() throws IOException {
        if (isVideo()) {
            remove(frames());
        }
    }

    /** Removes a folder and all in it. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
