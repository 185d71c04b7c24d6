package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.verify.CaseResult.Status;
import org.semblance.weights.Weights;

/**
 * Runs the cases of a set and compares. A case passes if every output fulfils the manifest's pass rule; whatever goes
 * wrong in one is its result and ends no run.
 */
public final class Verifier {
    private final Device device;
    private final CaseRunners runners;

    /** With all implementations of this library. */
    public Verifier(Device device) {
        this(device, CaseRunners.standard());
    }

    /** With these implementations. */
    public Verifier(Device device, CaseRunners runners) {
        this.device = device;
        this.runners = runners;
    }

    /**
     * Runs the cases whose ids start with a prefix.
     *
     * @param prefix empty for all
     * @param listener gets each result as soon as it is there
     */
    public VerifySummary run(OracleSet set, String prefix, Consumer<CaseResult> listener) {
        List<CaseResult> results = new ArrayList<>();
        for (OracleCase oracle : set.cases()) {
            if (oracle.id().startsWith(prefix)) {
                CaseResult result = run(oracle);
                results.add(result);
                listener.accept(result);
            }
        }
        for (FileCase file : set.files()) {
            if (file.id().startsWith(prefix)) {
                CaseResult result = run(file);
                results.add(result);
                listener.accept(result);
            }
        }
        return new VerifySummary(List.copyOf(results));
    }

    /** Opens one file. */
    public CaseResult run(FileCase oracle) {
        return device.call(() -> new FileRuns(device).run(oracle));
    }

    /** Runs one case. */
    public CaseResult run(OracleCase oracle) {
        try {
            CaseRunner runner = runners.find(oracle.op());
            if (runner == null) {
                return new CaseResult(Status.SKIP, oracle.id(), "no implementation of " + oracle.op());
            }
            return device.call(() -> compute(oracle, runner));
        } catch (RuntimeException | Error e) {
            return broken(oracle, e);
        }
    }

    private CaseResult compute(OracleCase oracle, CaseRunner runner) {
        try (Weights file = oracle.open();
                Scope scope = Scope.open(oracle.id())) {
            CaseContext context = new CaseContext(oracle, file, device);
            runner.run(context);
            new Derivatives(context).put();
            return judge(context);
        } catch (SkippedCase e) {
            return new CaseResult(Status.SKIP, oracle.id(), String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException | Error e) {
            return broken(oracle, e);
        }
    }

    private static CaseResult broken(OracleCase oracle, Throwable e) {
        if (e instanceof VirtualMachineError && !(e instanceof OutOfMemoryError || e instanceof StackOverflowError)) {
            throw (VirtualMachineError) e;
        }
        String message = e.getMessage() == null ? "" : ": " + e.getMessage().replaceAll("\\s+", " ");
        return new CaseResult(status(oracle, false), oracle.id(), e.getClass().getSimpleName() + message);
    }

    private static Status status(OracleCase oracle, boolean passed) {
        try {
            return oracle.isConvention() ? Status.NOTE : passed ? Status.PASS : Status.FAIL;
        } catch (IllegalArgumentException e) {
            return Status.FAIL;
        }
    }

    private static CaseResult judge(CaseContext context) throws IOException {
        OracleCase oracle = context.oracle();
        Deviation worst = null;
        for (ExpectedTensor expected : oracle.outputs()) {
            Tensor actual = context.outputs().get(expected.name());
            String fault = fault(expected, actual);
            if (fault != null || actual == null) {
                return new CaseResult(status(oracle, false), oracle.id(), expected.name() + " " + fault);
            }
            Deviation d = compare(context, expected, actual);
            if (!d.isWithin()) {
                return CaseResult.measured(status(oracle, false), oracle.id(), d);
            }
            worst = worst == null ? d : Deviation.worse(worst, d);
        }
        return worst == null
                ? new CaseResult(status(oracle, false), oracle.id(), "the case states no output")
                : CaseResult.measured(status(oracle, true), oracle.id(), worst);
    }

    private static @Nullable String fault(ExpectedTensor expected, @Nullable Tensor actual) {
        if (actual == null) {
            return "was not computed";
        }
        boolean single = expected.shape().count() == 1 && actual.shape().count() == 1;
        return single || actual.shape().equals(expected.shape())
                ? null
                : "has shape " + actual.shape() + ", expected " + expected.shape();
    }

    private static Deviation compare(CaseContext context, ExpectedTensor expected, Tensor actual) throws IOException {
        double[] reference = context.file().doubles(expected.name());
        boolean change = expected.deltaTolL2() != Double.POSITIVE_INFINITY;
        double[] start = change ? start(context, expected) : reference;
        return Deviation.of(expected, doubles(actual), reference, start);
    }

    private static double[] start(CaseContext context, ExpectedTensor expected) throws IOException {
        String name = expected.startName();
        return context.file().doubles(context.has(name) ? name : "param." + name);
    }

    private static double[] doubles(Tensor t) {
        float[] values = t.toHost().data();
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
