package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * One run of the command line in this process.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Run(int code, String out, String err) {
    /** Runs a command; paths and other objects become words. */
    static Run of(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                SemblanceCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = command.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }

    /** Asserts that all went well, in silence. */
    Run succeeds() {
        assertThat(err).isEmpty();
        assertThat(code).isZero();
        return this;
    }

    /** Asserts one line of error and its exit code. */
    void fails(int expected, String verb, String... parts) {
        assertThat(err.lines()).hasSize(1);
        assertThat(err).startsWith("semblance: " + verb + ": ").contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(code).isEqualTo(expected);
    }

    String lastLine() {
        return out.lines().reduce((a, b) -> b).orElse("");
    }
}
