package org.semblance.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The most recently used plans by key; the oldest is closed when there are too many. */
final class PlanCache<P extends AutoCloseable> {
    private static final int LIMIT = 1024;

    private final Map<Object, P> plans = new LinkedHashMap<>(64, 0.75f, true);

    P get(Object key, Supplier<P> make) {
        @Nullable P known = plans.get(key);
        if (known != null) {
            return known;
        }
        P made = make.get();
        plans.put(key, made);
        if (plans.size() > LIMIT) {
            evictOldest();
        }
        return made;
    }

    private void evictOldest() {
        var oldest = plans.entrySet().iterator();
        P plan = oldest.next().getValue();
        oldest.remove();
        try {
            plan.close();
        } catch (Exception e) {
            throw new IllegalStateException("cpu: closing a plan failed", e);
        }
    }
}
