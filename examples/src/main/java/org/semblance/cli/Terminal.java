package org.semblance.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether somebody is watching. */
final class Terminal {
    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether neither standard output nor standard error goes to a file or a pipe. */
    static boolean isWatched() {
        return hasTerminal(System.console()) && !isRedirected(ERROR_STREAM);
    }

    /* Java 22 and later have a console without a terminal too, and tell them apart by Console.isTerminal. */
    private static boolean hasTerminal(@Nullable Console console) {
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    private static boolean isRedirected(Path stream) {
        try {
            return Files.exists(stream, LinkOption.NOFOLLOW_LINKS)
                    && !Files.readSymbolicLink(stream).startsWith("/dev");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
