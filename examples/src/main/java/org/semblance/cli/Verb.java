package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.semblance.batch.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every verb shares: help, streams, and how much is said on the error stream. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        abbreviateSynopsis = true,
        requiredOptionMarker = '*',
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class Verb implements Callable<Integer> {
    /* Held here, as java.util.logging forgets the levels of loggers that nobody holds. */
    private static final Logger LIBRARY = Logger.getLogger("org.semblance");

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", description = "Log, and show where in the program an error arose.", order = 90)
    private boolean verbose;

    private @Nullable Stop stop;

    @Override
    public final Integer call() throws IOException {
        LIBRARY.setLevel(verbose ? Level.ALL : Level.WARNING);
        try {
            return run();
        } finally {
            out().flush();
            if (stop != null) {
                stop.close();
            }
        }
    }

    /** Does the work and returns the exit code. */
    abstract int run() throws IOException;

    final boolean isVerbose() {
        return verbose;
    }

    /** Where results are told. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where remarks are told. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What users call it. */
    final String name() {
        return spec.name();
    }

    /** Cancelled by Ctrl-C, upon which the process waits for this verb to end by itself. */
    final Cancellation cancellation() {
        if (stop == null) {
            stop = Stop.of();
        }
        return stop.cancellation();
    }

    /** A bar, or lines, for work of this many steps. */
    final Progress progress(long steps) {
        return Progress.of(spec.name(), steps);
    }

    /** A bar alone, for work that tells of itself in lines. */
    final Progress bar(long steps) {
        return Progress.bar(spec.name(), steps);
    }

    /** A mistake in the options that picocli cannot see. */
    final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
