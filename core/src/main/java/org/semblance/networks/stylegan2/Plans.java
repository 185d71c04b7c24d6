package org.semblance.networks.stylegan2;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisPlan;

/**
 * A network's plans by precision, each made when it is first asked for. The maker is called without this object's lock,
 * since a backend has one of its own, and a thread whose work is recorded comes here with that held: the order of the
 * two is the backend's first. So threads that begin together may each make a plan, of which the first stays.
 */
final class Plans {
    private final Map<Precision, SynthesisPlan> plans = new EnumMap<>(Precision.class);
    private final Function<Precision, SynthesisPlan> maker;
    private boolean closed;

    Plans(Function<Precision, SynthesisPlan> maker) {
        this.maker = maker;
    }

    /** @throws IllegalStateException after {@link #end} */
    SynthesisPlan get(Precision precision) {
        SynthesisPlan known = known(precision);
        if (known != null) {
            return known;
        }
        SynthesisPlan made = maker.apply(precision);
        boolean stays = false;
        try {
            SynthesisPlan first = first(precision, made);
            stays = first == made;
            return first;
        } finally {
            if (!stays) {
                made.close();
            }
        }
    }

    private synchronized @Nullable SynthesisPlan known(Precision precision) {
        requireOpen();
        return plans.get(precision);
    }

    private synchronized SynthesisPlan first(Precision precision, SynthesisPlan made) {
        requireOpen();
        return plans.computeIfAbsent(precision, p -> made);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("synthesis: it was used after its generator was closed");
        }
    }

    /** Gives no more plans; those that there are become the caller's to close. */
    synchronized List<SynthesisPlan> end() {
        closed = true;
        List<SynthesisPlan> made = List.copyOf(plans.values());
        plans.clear();
        return made;
    }
}
