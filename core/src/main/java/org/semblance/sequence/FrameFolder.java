package org.semblance.sequence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;

/**
 * The PNG and JPEG files of a folder as frames, in the order of their names with numbers in them compared as numbers:
 * {@code f2} comes before {@code f10}.
 */
public final class FrameFolder implements FrameSource {
    private final Path folder;
    private final List<Path> files;

    private FrameFolder(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = files;
    }

    /**
     * The frames in a folder.
     *
     * @throws IOException if there is none, or two would have the same name
     */
    public static FrameFolder of(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(FrameFolder::isFrame)
                    .sorted(Comparator.comparing(FrameFolder::stem, FrameNames.ORDER))
                    .toList();
            if (files.isEmpty()) {
                throw new IOException("no .png, .jpg or .jpeg file in " + folder);
            }
            requireDifferent(files);
            return new FrameFolder(folder, files);
        }
    }

    /** The frames that a run has written to a folder, in the order of those that it has read. */
    public static FrameFolder written(Path folder, FrameSource read, int frames) {
        return new FrameFolder(
                folder,
                IntStream.range(0, frames)
                        .mapToObj(i -> folder.resolve(read.name(i) + ".png"))
                        .toList());
    }

    private static void requireDifferent(List<Path> files) throws IOException {
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            if (!names.add(stem(file))) {
                throw new IOException("frames must differ in more than their endings, got two for " + file);
            }
        }
    }

    private static boolean isFrame(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
                && Files.isRegularFile(path);
    }

    private static String stem(Path path) {
        return String.valueOf(path.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    /** Where the frames are. */
    public Path folder() {
        return folder;
    }

    @Override
    public FrameReader open(int first) {
        return new FrameReader() {
            private int next = first;

            @Override
            public @Nullable Image next() throws IOException {
                return next < files.size() ? Image.read(files.get(next++)) : null;
            }

            @Override
            public void close() {
                next = files.size();
            }
        };
    }

    @Override
    public int estimate() {
        return files.size();
    }

    @Override
    public String name(int frame) {
        return stem(files.get(frame));
    }

    /** Of names, sizes and times of the files; their contents are not read. */
    @Override
    public String fingerprint() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            all.append(file.getFileName())
                    .append('\t')
                    .append(Files.size(file))
                    .append('\t')
                    .append(Files.getLastModifiedTime(file).toMillis())
                    .append('\n');
        }
        return Fingerprint.of(all.toString().getBytes(StandardCharsets.UTF_8));
    }
}
