package org.semblance.verify;

import java.util.Optional;
import org.semblance.array.Shape;
import org.semblance.json.Json;

/**
 * What a manifest says of one output.
 *
 * @param name name in the case's file
 * @param shape extents
 * @param absTol largest absolute deviation allowed
 * @param tolL2 largest relative L2 deviation allowed, or infinity where it is not to be checked
 * @param deltaTolL2 largest relative L2 deviation of the change from the same-named input, or infinity
 * @param how how a generator's output is made (psi, cutoff, noise, from), if the manifest says
 */
public record ExpectedTensor(
        String name, Shape shape, double absTol, double tolL2, double deltaTolL2, Optional<Json> how) {

    static ExpectedTensor of(String name, Json entry) {
        boolean zero = entry.find("all_zero").map(Json::asBoolean).orElse(false);
        double delta = number(entry, "delta_tol_l2");
        boolean noL2 = zero || delta != Double.POSITIVE_INFINITY;
        return new ExpectedTensor(
                name,
                Shape.of(entry.get("shape").asInts()),
                absTol(entry),
                noL2 ? Double.POSITIVE_INFINITY : number(entry, "tol_l2"),
                zero ? Double.POSITIVE_INFINITY : delta,
                entry.find("how"));
    }

    private static double absTol(Json entry) {
        return entry.find("abs_tol")
                .map(Json::asDouble)
                .orElseGet(() -> number(entry, "tol")
                        * entry.find("scale").map(Json::asDouble).orElse(1.0));
    }

    private static double number(Json entry, String key) {
        return entry.find(key).map(Json::asDouble).orElse(Double.POSITIVE_INFINITY);
    }

    /** The name of the input from which a parameter's change is measured. */
    String startName() {
        return name.replaceFirst("^step\\d+\\.", "").replaceFirst("^param\\.", "");
    }
}
