package org.semblance.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.semblance.array.HostArray;
import org.semblance.image.Image;

/**
 * Aligned pictures in a folder and the folders in it, PNG or JPEG, shuffled; those of another size are resized. The
 * style
 * code of {@code a/NAME.png} is {@code a/NAME.npy}, or, in the layout of the paper's data, that of
 * {@code images/00000/NAME.png} is {@code ws/00000/NAME.npy}. Codes are used if every picture has one.
 */
final class FolderSamples implements SampleSource {
    private static final long CACHE = 2L << 30;

    private final Path folder;
    private final long seed;
    private final int resolution;
    private final int wDim;
    private final List<Path> files;
    private final boolean coded;
    private final PixelCache cache;

    /** @param distinct how many of the first pictures by name are used, 0 for all */
    FolderSamples(Path folder, long seed, int resolution, int wDim, long distinct) throws IOException {
        this.folder = folder;
        this.seed = seed;
        this.resolution = resolution;
        this.wDim = wDim;
        List<Path> all = pictures(folder);
        files = distinct == 0 || distinct >= all.size() ? all : List.copyOf(all.subList(0, (int) distinct));
        coded = files.stream().allMatch(file -> code(file).isPresent());
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
        return Samples.pictures(images, coded ? codes(numbers) : null).numbered(numbers, List.of());
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

    private HostArray codes(List<Long> numbers) throws IOException {
        float[] codes = new float[numbers.size() * wDim];
        for (int i = 0; i < numbers.size(); i++) {
            Path file = code(files.get((int) (long) numbers.get(i))).orElseThrow();
            System.arraycopy(NumpyFile.firstRow(file, wDim), 0, codes, i * wDim, wDim);
        }
        return HostArray.of(codes, numbers.size(), wDim);
    }

    @Override
    public Optional<PictureSet> pictures() {
        return Optional.of(
                new PictureSet("folder " + folder.toAbsolutePath().normalize() + " of " + files.size(), files.size()));
    }

    @Override
    public boolean hasCodes() {
        return coded;
    }

    @Override
    public String description() {
        return "folder " + folder.getFileName() + ", " + files.size() + " pictures at " + resolution
                + (coded ? " with codes" : "") + ", seed " + seed;
    }

    @Override
    public void close() {}
}
