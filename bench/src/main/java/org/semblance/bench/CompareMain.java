package org.semblance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures every {@link Comparison} by all libraries and prints a table. The forks of one piece of work follow each
 * other, library by library and round by round, so that a change of the machine's load meets all of them. A fork starts
 * when other processes are quiet and is repeated if they were not quiet during it. How quiet it was for each is written
 * below the table and to a file beside the results, ending in {@code .load.txt}.
 *
 * <pre>{@code
 * java -cp bench/target/benchmarks.jar org.semblance.bench.CompareMain --rounds 3 --out results.json [--only REGEX]
 * java -cp bench/target/benchmarks.jar org.semblance.bench.CompareMain --table results.json
 * }</pre>
 */
public final class CompareMain {
    private final int rounds;
    private final int millis;
    private final int warmup;
    private final int patience;
    private final int attempts;
    private final Path out;
    private final List<RunResult> results = new ArrayList<>();
    private final List<String> loads = new ArrayList<>();

    private CompareMain(String... args) {
        rounds = Integer.parseInt(option(args, "--rounds", "3"));
        millis = Integer.parseInt(option(args, "--millis", "1000"));
        warmup = Integer.parseInt(option(args, "--warmup", "8000"));
        patience = Integer.parseInt(option(args, "--patience", "60"));
        attempts = Integer.parseInt(option(args, "--attempts", "3"));
        out = Path.of(option(args, "--out", "bench-results.json"));
    }

    /**
     * See above. Each fork runs for {@code --warmup} milliseconds (Java loops need seconds until they are compiled) and
     * is
     * measured for two iterations of {@code --millis}; {@code --patience} is the seconds to wait for a quiet machine,
     * {@code --attempts} those at a fork.
     */
    public static void main(String[] args) throws IOException, RunnerException {
        String table = option(args, "--table", "");
        if (table.isEmpty()) {
            new CompareMain(args).run(Pattern.compile(option(args, "--only", "")));
        } else {
            print(Path.of(table));
        }
    }

    private void run(Pattern only) throws IOException, RunnerException {
        for (Comparison work : Comparison.all()) {
            if (only.matcher(work.title()).find()) {
                measure(work);
                write();
            }
        }
        print(out);
        loads.forEach(System.out::println);
    }

    /* After every piece of work, so that a run that is cut off leaves what it has. */
    private void write() throws IOException {
        ResultFormatFactory.getInstance(ResultFormatType.JSON, out.toString()).writeOut(results);
        Files.write(out.resolveSibling(out.getFileName() + ".load.txt"), loads);
    }

    private static void print(Path results) throws IOException {
        System.out.println(ComparisonTable.of(Files.readString(results), results.toString()));
    }

    private void measure(Comparison work) throws RunnerException {
        for (int round = 0; round < rounds; round++) {
            for (Comparison.Library library : Comparison.Library.values()) {
                for (String form : forms(library, work)) {
                    measure(work, library, form, round);
                }
            }
        }
    }

    /** Ways in which a library does a work; none if the jar was built without the profile {@code peers}. */
    private static List<String> forms(Comparison.Library library, Comparison work) {
        if (library == Comparison.Library.SEMBLANCE) {
            return List.of("");
        }
        String benchmark = library.benchmark(work);
        String owner = benchmark.substring(0, benchmark.lastIndexOf('.'));
        boolean present = CompareMain.class.getResource("/" + owner.replace('.', '/') + ".class") != null;
        return present ? work.peerForms() : List.of();
    }

    /** Keeps the least disturbed of several attempts. */
    private void measure(Comparison work, Comparison.Library library, String form, int round) throws RunnerException {
        List<RunResult> best = List.of();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < attempts && least > MachineLoad.QUIET_DURING; i++) {
            MachineLoad.awaitQuiet(patience);
            MachineLoad load = MachineLoad.watch();
            List<RunResult> got =
                    List.copyOf(new Runner(options(work, library, form).build()).run());
            double share = load.share();
            if (share < least) {
                least = share;
                best = got;
            }
        }
        results.addAll(best);
        loads.add(String.format(
                Locale.ROOT,
                "%s: %s by %s %s, round %d: other processes took %.0f %% of a processor",
                least > MachineLoad.QUIET_DURING ? "DISTURBED" : "quiet",
                work.title(),
                library,
                form,
                round + 1,
                100 * least));
    }

    private ChainedOptionsBuilder options(Comparison work, Comparison.Library library, String form) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(library.benchmark(work)) + "$")
                .warmupTime(TimeValue.milliseconds(warmup))
                .measurementTime(TimeValue.milliseconds(millis))
                .shouldFailOnError(true);
        work.params().forEach(options::param);
        if (!form.isEmpty()) {
            options.param(work.formParameter(), form);
        }
        return options;
    }

    private static String option(String[] args, String name, String otherwise) {
        int at = Arrays.asList(args).indexOf(name);
        if (at >= 0 && at + 1 == args.length) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return at < 0 ? otherwise : args[at + 1];
    }
}
