package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.verify.CaseResult;
import org.semblance.verify.CaseResult.Status;
import org.semblance.verify.OracleSet;
import org.semblance.verify.Verifier;
import org.semblance.verify.VerifySummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Golden data, case by case. */
@Command(
        name = "verify",
        description =
                "Runs the cases of a folder with a manifest.json and prints PASS, FAIL, SKIP or NOTE for each with"
                        + " its error and tolerance.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class VerifyCommand extends Verb {
    @Parameters(paramLabel = "DIR", description = "Folder with manifest.json and safetensors files.")
    private Path folder;

    @Option(
            names = {"--backend", "--device"},
            paramLabel = "NAME",
            defaultValue = "best",
            converter = DeviceName.Converter.class,
            description = "best, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private DeviceName backend;

    @Option(names = "--only", paramLabel = "PREFIX", defaultValue = "", description = "Only cases whose id starts so.")
    private String only;

    @Override
    int run() throws IOException {
        OracleSet set = OracleSet.open(folder);
        VerifySummary summary = new Verifier(backend.open()).run(set, only, this::print);
        out().println(line(summary));
        out().flush();
        if (summary.results().isEmpty()) {
            throw new IOException(
                    "no case to run: none of " + set.cases().size() + " has an id that starts with '" + only + "'");
        }
        return summary.isClean() ? 0 : 1;
    }

    private void print(CaseResult result) {
        out().println(result.line());
        out().flush();
    }

    private static String line(VerifySummary summary) {
        return summary.count(Status.PASS) + " passed, " + summary.count(Status.FAIL) + " failed, "
                + summary.count(Status.SKIP) + " skipped";
    }
}
