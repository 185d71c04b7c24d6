package org.semblance.verify;

import java.util.Locale;

/**
 * The outcome of one case.
 *
 * @param status outcome
 * @param id the case
 * @param detail error, tolerance and tensor, or the reason
 */
public record CaseResult(Status status, String id, String detail) {
    /** Outcomes. */
    public enum Status {
        PASS,
        FAIL,
        /** Not implemented. */
        SKIP,
        /** A convention, within its tolerance or not. */
        NOTE
    }

    static CaseResult measured(Status status, String id, Deviation d) {
        String numbers = String.format(Locale.ROOT, "%.2e %.2e", d.error(), d.tolerance());
        return new CaseResult(status, id, numbers + " " + d.tensor() + " (" + d.measure() + ")");
    }

    /** {@code STATUS id error tolerance tensor}. */
    public String line() {
        return status + " " + id + " " + detail;
    }
}
