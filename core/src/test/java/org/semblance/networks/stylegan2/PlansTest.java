package org.semblance.networks.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.semblance.array.NdArray;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisPlan;

class PlansTest {
    private final Queue<Known> made = new ConcurrentLinkedQueue<>();

    /** A plan that only knows whether it was closed. */
    private static final class Known implements SynthesisPlan {
        volatile boolean closed;

        @Override
        public void image(NdArray ws, SynthesisNoise noise, NdArray image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void pixels(NdArray ws, SynthesisNoise noise, byte[] rgb) {
            throw new UnsupportedOperationException();
        }

        @Override
        public NdArray tape(int n) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void record(NdArray ws, SynthesisNoise noise, NdArray tape, NdArray image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void gradient(NdArray tape, NdArray dImage, NdArray dWs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LayerTime> profile(NdArray ws, SynthesisNoise noise, NdArray image, int passes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private SynthesisPlan make(Precision precision) {
        Known plan = new Known();
        made.add(plan);
        return plan;
    }

    @Test
    void eachPrecisionHasOne() {
        Plans plans = new Plans(this::make);
        SynthesisPlan half = plans.get(Precision.FLOAT16);
        assertThat(plans.get(Precision.FLOAT16)).isSameAs(half);
        assertThat(plans.get(Precision.BFLOAT16)).isNotSameAs(half);
        assertThat(plans.end()).hasSize(2).contains(half);
        assertThat(made).noneMatch(p -> p.closed);
        assertThatIllegalStateException()
                .isThrownBy(() -> plans.get(Precision.FLOAT16))
                .withMessage("synthesis: it was used after its generator was closed");
    }

    /** Each maker waits for the other, as a backend with a lock can make them: neither may hold what both need. */
    @Test
    void nothingIsHeldWhileOneIsMade() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        Plans plans = new Plans(waiting(both));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<SynthesisPlan> one = threads.submit(() -> plans.get(Precision.BFLOAT16));
            Future<SynthesisPlan> other = threads.submit(() -> plans.get(Precision.BFLOAT16));
            assertThat(one.get()).isSameAs(other.get());
        } finally {
            threads.shutdownNow();
        }
        assertThat(made).hasSize(2).filteredOn(p -> p.closed).hasSize(1);
        assertThat(plans.end()).allMatch(p -> !((Known) p).closed).hasSize(1);
    }

    private Function<Precision, SynthesisPlan> waiting(CyclicBarrier both) {
        return precision -> {
            try {
                both.await(120, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException("the other never came", e);
            }
            return make(precision);
        };
    }

    @Test
    void oneThatCameTooLateIsClosed() {
        Plans[] plans = new Plans[1];
        plans[0] = new Plans(precision -> {
            plans[0].end();
            return make(precision);
        });
        assertThatIllegalStateException().isThrownBy(() -> plans[0].get(Precision.FLOAT16));
        assertThat(made).hasSize(1).allMatch(p -> p.closed);
    }
}
