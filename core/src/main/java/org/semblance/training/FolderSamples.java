package org.semblance.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.weights.ByteSource;
import org.semblance.weights.Sha256;

/**
 * Aligned pictures in a folder and the folders in it, PNG or JPEG, shuffled; those of another size are resized. The
 * style code of {@code a/NAME.png} is {@code a/NAME.npy}, or, in the layout of the paper's data, that of
 * {@code images/00000/NAME.png} is {@code ws/00000/NAME.npy}. Codes are used if every picture has one; they are read at
 * once and kept.
 */
final class FolderSamples implements SampleSource {
    private static final long CACHE = 2L << 30;
    private static final int EDGE = 4096;
    private static final int DIGEST = 16;

    private final Path folder;
    private final long seed;
    private final int resolution;
    private final int wDim;
    private final List<Path> files;
    /** One for each picture, or none. */
    private final List<float[]> codes;

    private final String digest;
    private final PixelCache cache;

    /** @param distinct how many of the first pictures by name are used, 0 for all */
    FolderSamples(Path folder, long seed, int resolution, int wDim, long distinct) throws IOException {
        this.folder = folder;
        this.seed = seed;
        this.resolution = resolution;
        this.wDim = wDim;
        List<Path> all = pictures(folder);
        files = distinct == 0 || distinct >= all.size() ? all : List.copyOf(all.subList(0, (int) distinct));
        codes = codes();
        digest = digest();
        cache = new PixelCache(resolution, Math.min(CACHE, Runtime.getRuntime().maxMemory() / 4));
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> files = found.filter(FolderSamples::isPicture).sorted().toList();
            if (files.isEmpty()) {
                throw new IOException("training data: a folder must hold PNG or JPEG files, got none [" + folder + "]");
            }
            return files;
        }
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.matches("[^.].*\\.(png|jpg|jpeg)") && Files.isRegularFile(file);
    }

    private List<float[]> codes() throws IOException {
        List<Path> known = files.stream()
                .map(this::code)
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .toList();
        List<float[]> all = new ArrayList<>();
        if (known.size() == files.size()) {
            for (Path file : known) {
                all.add(NumpyFile.code(file, wDim));
            }
        }
        return all;
    }

    private Optional<Path> code(Path picture) {
        String name = String.valueOf(picture.getFileName()).replaceFirst("\\.[^.]*$", ".npy");
        Path beside = picture.resolveSibling(name);
        Path relative = folder.relativize(picture);
        boolean paper = relative.getNameCount() > 1 && relative.startsWith("images");
        Path apart = paper
                ? folder.resolve("ws")
                        .resolve(relative.subpath(1, relative.getNameCount()))
                        .resolveSibling(name)
                : beside;
        return Stream.of(beside, apart).filter(Files::isRegularFile).findFirst();
    }

    @Override
    public Samples draw(long first, int count) throws IOException {
        List<Long> numbers = PixelCache.numbers(seed, first, count, files.size());
        HostArray images = cache.images(numbers, this::read);
        return Samples.pictures(images, codes.isEmpty() ? null : codes(numbers)).numbered(numbers, List.of());
    }

    private List<byte[]> read(List<Long> numbers) throws IOException {
        List<byte[]> levels = new ArrayList<>();
        for (long number : numbers) {
            Image image = Image.read(files.get((int) number));
            boolean fits = image.width() == resolution && image.height() == resolution;
            float[] data = (fits ? image : image.resized(resolution, resolution))
                    .toFloats()
                    .data();
            levels.add(PixelCache.levels(data, 0, data.length));
        }
        return levels;
    }

    private HostArray codes(List<Long> numbers) {
        float[] drawn = new float[numbers.size() * wDim];
        for (int i = 0; i < numbers.size(); i++) {
            System.arraycopy(codes.get((int) (long) numbers.get(i)), 0, drawn, i * wDim, wDim);
        }
        return HostArray.of(drawn, numbers.size(), wDim);
    }

    /** Digits that differ where a name, a size, the beginning or end of a picture, or a code does. */
    private String digest() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < files.size(); i++) {
            folder.relativize(files.get(i)).forEach(name -> all.append('/').append(name));
            all.append(' ').append(edges(files.get(i)));
            if (!codes.isEmpty()) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * wDim);
                bytes.asFloatBuffer().put(codes.get(i));
                all.append(' ').append(Sha256.of(bytes.array()));
            }
            all.append('\n');
        }
        return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, DIGEST);
    }

    /** Size and hash of both ends of a file: the end of a PNG has a sum over all pixels. */
    private static String edges(Path file) throws IOException {
        try (ByteSource bytes = ByteSource.of(file)) {
            long size = bytes.size();
            ByteBuffer ends = ByteBuffer.allocate((int) Math.min(size, 2 * EDGE));
            int half = ends.capacity() / 2;
            bytes.read(0, ends.slice(0, half));
            bytes.read(size - (ends.capacity() - half), ends.slice(half, ends.capacity() - half));
            return size + " " + Sha256.of(ends.array());
        }
    }

    @Override
    public Optional<PictureSet> pictures() {
        return Optional.of(
                new PictureSet("folder " + folder.toAbsolutePath().normalize() + " of " + files.size(), files.size()));
    }

    @Override
    public boolean hasCodes() {
        return !codes.isEmpty();
    }

    @Override
    public String description() {
        return "folder " + folder.getFileName() + ", " + files.size() + " pictures (contents " + digest + ") at "
                + resolution + (codes.isEmpty() ? "" : " with codes") + ", seed " + seed;
    }

    @Override
    public void close() {}
}
