package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.semblance.Disentangler;
import org.semblance.image.Image;

/** One model, many callers: every picture gets the identity of the first one, read, swapped and written in parallel. */
public final class SwapFromThreads {
    private SwapFromThreads() {}

    /** @param files the folder to write to, the picture of the identity, then pictures */
    public static void main(String... files) throws IOException, InterruptedException, ExecutionException {
        Path out = Files.createDirectories(Path.of(files[0]));
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try (Disentangler disentangler = Disentangler.embedded()) {
            Image identity = Image.read(Path.of(files[1]));
            List<Future<Path>> done = new ArrayList<>();
            for (String file : Arrays.asList(files).subList(2, files.length)) {
                done.add(threads.submit(() -> swap(disentangler, identity, Path.of(file), out)));
            }
            for (Future<Path> one : done) {
                System.out.println(one.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    private static Path swap(Disentangler disentangler, Image identity, Path file, Path out) throws IOException {
        Path target = out.resolve(file.getFileName());
        disentangler.swap(identity, Image.read(file)).writePng(target);
        return target;
    }
}
