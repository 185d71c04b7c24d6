package org.semblance.cuda;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of extracted libraries, one for each build. A folder's time is that of its last use; one that nobody used
 * for {@link #KEPT} is removed by the next process that starts while no other is between finding its files and having
 * loaded them, which a lock on a file beside the folders tells. Whoever has mapped a file that is removed keeps it.
 */
final class NativeCache {
    static final Duration KEPT = Duration.ofDays(30);
    static final String LOCK = "lock";
    private static final Pattern BUILD = Pattern.compile("[0-9a-f]{64}");

    private NativeCache() {}

    /** What finds and loads files. */
    interface Use {
        void run() throws IOException;
    }

    /**
     * Runs a use during which no process removes folders. Where files cannot be locked, or another class loader of this
     * process holds the lock, it runs all the same.
     */
    static void use(Path folders, Use use) throws IOException {
        Files.createDirectories(folders);
        try (Held held = Held.shared(folders.resolve(LOCK))) {
            use.run();
        }
    }

    /** Notes that a folder was used. */
    static void touch(Path folder, Instant now) {
        try {
            Files.setLastModifiedTime(folder, FileTime.from(now));
        } catch (IOException e) {
            // a cache that cannot be written to is not pruned either
        }
    }

    /** Removes folders that were not used for long, unless somebody is at work here; returns how many. */
    static int prune(Path folders, Instant now) {
        int removed = 0;
        try (FileChannel file = FileChannel.open(folders.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            for (Path folder : lock == null ? List.<Path>of() : stale(folders, now)) {
                remove(folder);
                removed++;
            }
        } catch (IOException | OverlappingFileLockException e) {
            // a later process tries again
        }
        return removed;
    }

    private static List<Path> stale(Path folders, Instant now) throws IOException {
        FileTime oldest = FileTime.from(now.minus(KEPT));
        List<Path> stale = new ArrayList<>();
        try (Stream<Path> all = Files.list(folders)) {
            for (Path folder : (Iterable<Path>) all::iterator) {
                boolean isBuild = BUILD.matcher(folder.getFileName().toString()).matches();
                if (isBuild && Files.getLastModifiedTime(folder).compareTo(oldest) < 0) {
                    stale.add(folder);
                }
            }
        }
        return stale;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    /** A lock that is shared with other uses, or none. */
    private record Held(@Nullable FileChannel file) implements AutoCloseable {
        static Held shared(Path path) throws IOException {
            FileChannel file = null;
            try {
                file = FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                file.lock(0, Long.MAX_VALUE, true);
            } catch (IOException | OverlappingFileLockException e) {
                // works without: nobody prunes what cannot be locked
            }
            return new Held(file);
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }
}
