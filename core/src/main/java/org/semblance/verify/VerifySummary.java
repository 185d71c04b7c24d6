package org.semblance.verify;

import java.util.List;

/**
 * The outcome of a run.
 *
 * @param results one per case that was selected, in the manifest's order
 */
public record VerifySummary(List<CaseResult> results) {

    /** Number of cases with an outcome. */
    public long count(CaseResult.Status status) {
        return results.stream().filter(r -> r.status() == status).count();
    }

    /** Whether no case failed. */
    public boolean isClean() {
        return count(CaseResult.Status.FAIL) == 0;
    }

    /** {@code N passed, N failed, N skipped}, with the conventions noted if there were any. */
    public String line() {
        long noted = count(CaseResult.Status.NOTE);
        return count(CaseResult.Status.PASS) + " passed, " + count(CaseResult.Status.FAIL) + " failed, "
                + count(CaseResult.Status.SKIP) + " skipped" + (noted == 0 ? "" : " (" + noted + " noted)");
    }
}
