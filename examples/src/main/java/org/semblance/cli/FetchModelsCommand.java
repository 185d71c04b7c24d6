package org.semblance.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Networks for faces that do not come with the program. */
@Command(
        name = "fetch-models",
        description = {
            "Fetches the networks of face-api.js, which find and recognise faces in photographs: the npm package "
                    + FacePackage.NAME + ", by npm or from a file.",
            "Package: MIT licence. The descriptor network was trained by Davis King (dlib), public domain; see the"
                    + " package for what the others were trained on."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class FetchModelsCommand extends Verb {
    @Option(
            names = "--from",
            paramLabel = "TGZ",
            description = "The package as npm packs it (default: npm fetches it).")
    private @Nullable Path from;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to keep the files (default: the user's cache).")
    private @Nullable Path folder;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "The registry that npm asks (default: the one it is set up for).")
    private @Nullable URI registry;

    @Override
    int run() throws IOException {
        if (timeout < 1 || timeout > 86_400) {
            throw wrong("--timeout must be 1 to 86400, got " + timeout);
        }
        Path place = folder == null ? FacePackage.usualFolder() : folder;
        if (registry != null && !List.of("http", "https").contains(String.valueOf(registry.getScheme()))) {
            throw wrong("--registry must be an http or https address, got " + registry);
        }
        String licence = from == null ? fetched(place) : FacePackage.unpack(from, place);
        out().println(licence.strip());
        out().println();
        out().println(place);
        return 0;
    }

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description =
                    "How long npm may take, 1 to 86400; no answer of the registry within a fifth of it is a failure"
                            + " (default: ${DEFAULT-VALUE}).")
    private int timeout;

    private String fetched(Path place) throws IOException {
        Path draft = Files.createTempDirectory("semblance-fetch");
        try {
            return FacePackage.unpack(packed(draft), place);
        } finally {
            try (Stream<Path> files = Files.walk(draft)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** What npm puts into an empty folder. */
    private Path packed(Path draft) throws IOException {
        Path log = draft.resolve("npm.log");
        int code =
                run(new ProcessBuilder(command(draft)).redirectErrorStream(true).redirectOutput(log.toFile()));
        if (code != 0) {
            List<String> said = Files.readAllLines(log);
            throw new IOException("npm could not fetch " + FacePackage.NAME + " (exit code " + code + "): "
                    + String.join(" ", said.subList(Math.max(0, said.size() - 3), said.size())));
        }
        try (Stream<Path> files = Files.list(draft)) {
            return files.filter(f -> f.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm fetched nothing for " + FacePackage.NAME));
        }
    }

    private List<String> command(Path draft) {
        List<String> command = new ArrayList<>(List.of(
                "npm",
                "pack",
                FacePackage.NAME,
                "--ignore-scripts",
                "--fetch-timeout=" + 200L * timeout,
                "--fetch-retries=1",
                "--pack-destination",
                draft.toString()));
        if (registry != null) {
            command.add("--registry=" + registry);
        }
        return command;
    }

    /** Runs npm to its end, which comes when the time is up at the latest. */
    private int run(ProcessBuilder npm) throws IOException {
        Process process;
        try {
            process = npm.start();
        } catch (IOException e) {
            throw new IOException(
                    "npm is needed to fetch " + FacePackage.NAME + ", or --from with the package (" + e.getMessage()
                            + ")",
                    e);
        }
        try {
            if (process.waitFor(timeout, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException(
                    "npm did not fetch " + FacePackage.NAME + " within " + timeout + " seconds; see --timeout");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while npm fetched " + FacePackage.NAME, e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
