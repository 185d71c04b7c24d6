package org.semblance.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Failures as one line, {@code semblance: verb: what}; the stack trace only with {@code --verbose}. */
final class ErrorLines {
    private ErrorLines() {}

    /** The command was not understood. */
    static int usage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        return usage(command, misunderstood(e));
    }

    private static int usage(CommandLine command, String message) {
        print(command, message + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(CommandLine command, String message) {
        print(command, message);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The command failed. */
    static int failure(Exception e, CommandLine command, ParseResult parsed) {
        Throwable cause = e instanceof CommandLine.ExecutionException && e.getCause() != null ? e.getCause() : e;
        int code = cause instanceof RefusedSettings ? usage(command, message(cause)) : failure(command, message(cause));
        if (command.getCommand() instanceof Verb verb && verb.isVerbose()) {
            cause.printStackTrace(command.getErr());
            command.getErr().flush();
        }
        return code;
    }

    /** What picocli says, in words of this command line. */
    private static String misunderstood(ParameterException e) {
        boolean isRoot = e.getCommandLine().getParent() == null;
        if (isRoot && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            return "no such verb: '" + unmatched.getUnmatched().get(0) + "'";
        }
        return oneLine(e.getMessage()).replaceFirst("^Error: ", "");
    }

    private static void print(CommandLine command, String message) {
        String name = command.getCommandName();
        boolean isRoot = command.getParent() == null;
        String prefix = isRoot ? "" : name + ": ";
        String rest = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        PrintWriter err = command.getErr();
        err.println("semblance: " + prefix + rest);
        err.flush();
    }

    static String message(Throwable e) {
        String text = oneLine(e.getMessage());
        if (e instanceof FileSystemException) {
            return fileMessage((FileSystemException) e, text);
        }
        if (e instanceof OutOfMemoryError) {
            return "out of memory (" + text + "); see SEMBLANCE_JAVA_OPTS in the launcher";
        }
        boolean isPlain = !text.isEmpty()
                && (e instanceof IOException
                        || e instanceof IllegalArgumentException
                        || e instanceof IllegalStateException
                        || e instanceof UnsupportedOperationException);
        boolean isFile = e instanceof FileNotFoundException;
        return isFile ? "no such file: " + text : isPlain ? text : e.getClass().getSimpleName() + ": " + text;
    }

    /** The messages of these exceptions are bare paths. */
    private static String fileMessage(FileSystemException e, String text) {
        String what = e instanceof NoSuchFileException
                ? "no such file: "
                : e instanceof AccessDeniedException
                        ? "access denied: "
                        : e instanceof NotDirectoryException
                                ? "not a folder: "
                                : e instanceof FileAlreadyExistsException ? "is in the way: " : "";
        return what + text;
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "" : text.replaceAll("\\s+", " ").strip();
    }
}
