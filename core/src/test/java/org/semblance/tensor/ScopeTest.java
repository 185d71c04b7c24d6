package org.semblance.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.ops.Elementwise;

@ExtendWith(NoLeaks.class)
class ScopeTest {
    private final Device device = TestDevice.get();

    @Test
    void makingATensorNeedsAScope() {
        assertThatThrownBy(() -> Tensor.scalar(device, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no scope open")
                .hasMessageContaining(Thread.currentThread().getName());
    }

    @Test
    void closingReturnsTheMemory() {
        long before = NoLeaks.liveBytes();
        try (Scope scope = Scope.open()) {
            Tensor.zeros(device, Shape.of(64, 64));
            assertThat(NoLeaks.liveBytes()).isGreaterThanOrEqualTo(before + 64 * 64 * 4);
        }
        assertThat(NoLeaks.liveBytes()).isEqualTo(before);
    }

    @Test
    void scopesCloseFromTheInside() {
        try (Scope outer = Scope.open("outer");
                Scope inner = Scope.open("inner")) {
            assertThatThrownBy(outer::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'outer'")
                    .hasMessageContaining("'inner'");
            assertThat(outer.isClosed()).isFalse();
        }
    }

    @Test
    void scopesCloseOnTheirThread() {
        try (Scope scope = Scope.open("mine")) {
            assertThatThrownBy(() -> CompletableFuture.runAsync(scope::close).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'mine' must be closed by the thread that opened it");
        }
    }

    @Test
    void closingTwiceDoesNothing() {
        Scope scope = Scope.open();
        scope.close();
        scope.close();
        assertThat(scope.isClosed()).isTrue();
    }

    @Test
    void useAfterCloseNamesOperationTensorAndScope() {
        Tensor y;
        try (Scope scope = Scope.open("step")) {
            y = Elementwise.exp(Tensor.zeros(device, Shape.of(2, 3)).track());
        }
        assertThatThrownBy(() -> y.toHost())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exp")
                .hasMessageContaining("[2, 3]")
                .hasMessageContaining("'step'");
    }

    @Test
    void keepHandsOneLevelUp() {
        try (Scope outer = Scope.open("outer")) {
            Tensor y;
            try (Scope inner = Scope.open("inner")) {
                Tensor x = Tensor.scalar(device, 3);
                y = inner.keep(Elementwise.square(x));
                assertThat(inner.size()).isEqualTo(1);
            }
            assertThat(outer.size()).isEqualTo(1);
            assertThat(y.item()).isEqualTo(9);
        }
    }

    @Test
    void keepHandsOnWhatRulesSaved() {
        try (Scope outer = Scope.open("outer")) {
            Tensor x = Tensor.scalar(device, 2).track();
            Tensor y;
            try (Scope inner = Scope.open("inner")) {
                Tensor squared = Elementwise.square(x);
                Tensor unused = Elementwise.scale(x, 5);
                y = inner.keep(Elementwise.square(squared));
                assertThat(unused.item()).isEqualTo(10);
            }
            // y and the square, which the outer square saved; neither the unused nor anything else
            assertThat(outer.size()).isEqualTo(3);
            assertThat(Gradients.of(y).wrt(x).item()).isEqualTo(32);
        }
    }

    @Test
    void keepNeedsAScopeAround() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 1);
            assertThatThrownBy(() -> scope.keep(x)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void ownedScopesHoldParametersUntilClosedFromAnywhere() {
        Tensor[] parameter = new Tensor[1];
        Scope owned = Scope.owned("model", () -> parameter[0] = Tensor.scalar(device, 7));
        assertThatThrownBy(() -> Tensor.scalar(device, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(parameter[0].item()).isEqualTo(7);
        CompletableFuture.runAsync(owned::close).join();
        assertThatThrownBy(() -> parameter[0].item()).hasMessageContaining("'model'");
    }

    @Test
    void ownedScopesFreeWhatAFailureLeft() {
        assertThatThrownBy(() -> Scope.owned("model", () -> {
                    Tensor.scalar(device, 7);
                    throw new IllegalArgumentException("broken");
                }))
                .hasMessage("broken");
    }

    @Test
    void aFailureInAnInnerScopeFreesItAndKeepsTheOuterUsable() {
        try (Scope outer = Scope.open("outer")) {
            assertThatThrownBy(() -> Scope.in("inner", () -> {
                        Tensor.scalar(device, 1);
                        throw new IllegalArgumentException("broken");
                    }))
                    .hasMessage("broken");
            assertThat(outer.size()).isZero();
            assertThat(Tensor.scalar(device, 4).item()).isEqualTo(4);
        }
    }

    @Test
    void aliasesShareMemoryAndOutliveEachOther() {
        try (Scope outer = Scope.open("outer")) {
            Tensor alias;
            try (Scope inner = Scope.open("inner")) {
                Tensor x = Tensor.scalar(device, 5);
                alias = inner.keep(x.detached());
            }
            assertThat(alias.item()).isEqualTo(5);
            assertThat(alias.isTracked()).isFalse();
        }
    }
}
