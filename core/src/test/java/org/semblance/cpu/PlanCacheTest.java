package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.ops.MatMul;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class PlanCacheTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void plansAreMadeOnce() {
        PlanCache<AutoCloseable> cache = new PlanCache<>();
        AutoCloseable first = cache.get("a", () -> plan("a"));
        assertThat(cache.get("a", () -> plan("again"))).isSameAs(first);
        assertThat(closed).isEmpty();
    }

    @Test
    void theLongestUnusedGoesFirst() {
        PlanCache<AutoCloseable> cache = new PlanCache<>();
        for (int i = 0; i < 1024; i++) {
            String name = "p" + i;
            cache.get(name, () -> plan(name));
        }
        cache.get("p0", () -> plan("never"));
        cache.get("one more", () -> plan("one more"));
        cache.get("and another", () -> plan("and another"));
        assertThat(closed).containsExactly("p1", "p2");
    }

    @Test
    void aPlanThatCannotBeMadeIsNotKept() {
        PlanCache<AutoCloseable> cache = new PlanCache<>();
        assertThatThrownBy(() -> cache.get("a", () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(cache.get("a", () -> plan("a"))).isNotNull();
    }

    private AutoCloseable plan(String name) {
        return () -> closed.add(name);
    }

    /** More shapes than plans are kept, twice over: results stay right, plans come and go. */
    @Test
    void moreShapesThanPlans() {
        Device device = Device.cpu();
        Counters before = device.backend().counters();
        for (int round = 0; round < 2; round++) {
            for (int k = 1; k <= 1100; k++) {
                assertThat(sumOfOnes(device, k)).isEqualTo(k);
            }
        }
        assertThat(device.backend().counters().since(before).primitivesCreated())
                .isGreaterThan(2000);
    }

    private static float sumOfOnes(Device device, int k) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor a = Tensor.full(device, Shape.of(70, k), 1);
                HostArray y = MatMul.of(a, false, Tensor.full(device, Shape.of(k, 1), 1), false)
                        .toHost();
                return y.data()[0];
            }
        });
    }
}
