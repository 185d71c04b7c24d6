package org.semblance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.semblance.batch.BatchWork;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import org.semblance.image.SoftMask;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.AnonymizationSummary;
import org.semblance.privacy.Certificate;

/**
 * Files without their identities, for {@link org.semblance.batch.Batch}: of {@code a.jpg} it leaves
 * {@code a.png} and the certificate {@code a.json} in a folder, of a refused one {@code a.json} alone. A picture is
 * read back after it was written: what the certificate measured is what the file holds.
 *
 * <pre>{@code
 * AnonymizationWork work = AnonymizationWork.ofAligned(anonymizer, out, file -> AnonymityMode.random());
 * Batch.of(work, BatchConfig.of(1)).run(files);
 * work.summary(files).json();
 * }</pre>
 *
 * <p>The modes should be the same in every run that resumes another one.
 */
public final class AnonymizationWork implements BatchWork<Path, AnonymizationWork.Job, Anonymized> {
    /** Name of the summary in the folder. */
    public static final String SUMMARY = "summary.json";

    private final Path folder;
    private final Function<Path, AnonymityMode> modes;
    private final Way way;
    /** For groups, or null where each picture is searched by itself. */
    private final @Nullable Anonymizer together;

    private final Map<Path, String> reasons = new ConcurrentHashMap<>();

    private AnonymizationWork(
            Path folder, Function<Path, AnonymityMode> modes, Way way, @Nullable Anonymizer together) {
        this.folder = folder;
        this.modes = modes;
        this.way = way;
        this.together = together;
    }

    private interface Way {
        Anonymized of(Image picture, AnonymityMode mode);
    }

    /** Aligned pictures of the model's size. @param modes of each file */
    public static AnonymizationWork ofAligned(Anonymizer anonymizer, Path folder, Function<Path, AnonymityMode> modes) {
        return new AnonymizationWork(folder, modes, anonymizer::anonymize, null);
    }

    /**
     * As {@link #ofAligned}, the pictures of a group together, which a GPU does many times faster. A result then
     * depends by rounding on what else is in the group: the same bytes come of the same files in groups of the
     * same size.
     */
    public static AnonymizationWork ofGroups(Anonymizer anonymizer, Path folder, Function<Path, AnonymityMode> modes) {
        return new AnonymizationWork(folder, modes, anonymizer::anonymize, anonymizer);
    }

    /**
     * Photographs: every face that is found is replaced, all of one file in the same mode. One without faces fails, and
     * so does one with several faces in the mode of a pseudonym, which is that of one subject.
     *
     * @param faces finds them
     * @param score least confidence of a face
     * @param mask how much of a new face goes back
     */
    public static AnonymizationWork ofPhotographs(
            Anonymizer anonymizer,
            FaceFinder faces,
            double score,
            SoftMask mask,
            Path folder,
            Function<Path, AnonymityMode> modes) {
        return new AnonymizationWork(
                folder,
                modes,
                (photo, mode) -> {
                    List<FaceFrame> frames = faces.find(photo, score).stream()
                            .map(f -> FaceFrame.of(f.landmarks()))
                            .toList();
                    if (frames.isEmpty()) {
                        throw new IllegalArgumentException("no face of at least " + score + " was found");
                    }
                    if (frames.size() > 1 && mode instanceof AnonymityMode.Pseudonym) {
                        throw new IllegalArgumentException("a pseudonym is for one face, got " + frames.size());
                    }
                    return anonymizer.anonymize(photo, frames, mask, Collections.nCopies(frames.size(), mode));
                },
                null);
    }

    /**
     * A picture to work on.
     *
     * @param file where it came from
     * @param picture over white, if some of it is transparent
     * @param mode of its faces
     */
    public record Job(Path file, Image picture, AnonymityMode mode) {}

    @Override
    public void clear(Path file) throws IOException {
        noting(file, () -> {
            requireElsewhere(file);
            Files.deleteIfExists(certificate(file));
            return Files.deleteIfExists(picture(file));
        });
    }

    @Override
    public Job decode(Path file) throws IOException {
        return noting(file, () -> new Job(file, Photo.read(file).overWhite(), modes.apply(file)));
    }

    @Override
    public List<Anonymized> compute(List<Job> jobs) throws IOException {
        if (together != null && jobs.size() > 1) {
            return together.anonymize(
                    jobs.stream().map(Job::picture).toList(),
                    jobs.stream().map(Job::mode).toList());
        }
        List<Anonymized> made = new ArrayList<>();
        for (Job job : jobs) {
            made.add(noting(job.file, () -> way.of(job.picture, job.mode)));
        }
        return made;
    }

    /** The certificate is written last, so that where it is, all is. */
    @Override
    public void encode(Path file, Anonymized result) throws IOException {
        noting(file, () -> {
            if (result.picture().isPresent()) {
                write(picture(file), result.picture().get(), result.certificate());
            }
            result.certificate().write(certificate(file));
            reasons.remove(file);
            return file;
        });
    }

    private static void write(Path file, Image picture, Certificate certificate) throws IOException {
        picture.writePng(file);
        String written = Certificate.hash(Image.read(file));
        if (!written.equals(certificate.sha256())) {
            Files.delete(file);
            throw new IOException("the file must hold the picture that was measured, got SHA-256 " + written);
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T noting(Path file, Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            reasons.put(file, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private void requireElsewhere(Path file) throws IOException {
        Path parent = file.toAbsolutePath().normalize().getParent();
        if (parent != null && Files.isDirectory(folder) && Files.isSameFile(folder, parent)) {
            throw new IllegalArgumentException(
                    "anonymizer: results must go to another folder than the pictures', got " + folder);
        }
    }

    @Override
    public String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** The certificate and, unless it is that of a refusal, the picture. */
    @Override
    public List<Path> outputs(Path file) {
        Path certificate = certificate(file);
        return isRefusal(certificate) ? List.of(certificate) : List.of(picture(file), certificate);
    }

    private static boolean isRefusal(Path certificate) {
        try {
            return Files.exists(certificate)
                    && Certificate.read(certificate).sha256().isEmpty();
        } catch (IOException e) {
            return false; // damaged, and so not taken for anything
        }
    }

    /** Where the picture of a file goes. */
    public Path picture(Path file) {
        return folder.resolve(stem(file) + ".png");
    }

    /** Where the certificate of a file goes. */
    public Path certificate(Path file) {
        return folder.resolve(stem(file) + ".json");
    }

    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    /** Refuses early what would overwrite: two files for one result, or a result that is one of the files. */
    public void requireApart(List<Path> files) throws IOException {
        Map<Path, Path> results = new HashMap<>();
        for (Path file : files) {
            Path other = results.put(certificate(file).toAbsolutePath().normalize(), file);
            boolean isSummary = certificate(file).getFileName().toString().equals(SUMMARY);
            if (other != null || isSummary) {
                throw new IllegalArgumentException("anonymizer: pictures must have different names, got "
                        + (isSummary ? "the summary's" : other) + " and " + file);
            }
        }
        for (Path file : files) {
            requireElsewhere(file);
        }
    }

    /** What became of these files, in this run or an earlier one, by the certificates in the folder. */
    public AnonymizationSummary summary(List<Path> files) throws IOException {
        AnonymizationSummary summary = new AnonymizationSummary();
        for (Path file : files) {
            if (Files.exists(certificate(file))) {
                summary.add(name(file), Certificate.read(certificate(file)));
            } else {
                summary.failed(name(file), reasons.getOrDefault(file, "not done"));
            }
        }
        return summary;
    }
}
