package org.semblance.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operation is computed by what. To add a family, add its {@code register} to {@link #standard}. */
public final class CaseRunners {
    private final Map<String, CaseRunner> runners = new LinkedHashMap<>();

    /** A registry without entries. */
    public CaseRunners() {}

    /** All implementations of this library. */
    public static CaseRunners standard() {
        CaseRunners all = new CaseRunners();
        ResampleCases.register(all);
        LayerCases.register(all);
        ImageCases.register(all);
        SimilarityCases.register(all);
        TrainingCases.register(all);
        TrainingStepCases.register(all);
        GeneratorCases.register(all);
        DiscriminatorCases.register(all);
        StyleGan1Cases.register(all);
        EncoderCases.register(all);
        return all;
    }

    /** Adds or replaces the implementation of an operation. */
    public CaseRunners add(String op, CaseRunner runner) {
        runners.put(op, runner);
        return this;
    }

    /** The implementation of an operation, or null. */
    public @Nullable CaseRunner find(String op) {
        return runners.get(op);
    }

    /** The operations with an implementation. */
    public Set<String> ops() {
        return Set.copyOf(runners.keySet());
    }
}
