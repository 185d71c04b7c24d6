package org.semblance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class GradientContractTest {
    @TestFactory
    Stream<DynamicTest> gradientsEqualFiniteDifferences() {
        List<OpCase> cases = OpCases.all();
        return cases.stream()
                .map(c -> DynamicTest.dynamicTest(
                        c.name(), () -> TestDevice.get().run(() -> new GradientProof(c).run())));
    }

    @Test
    void thereAreEnoughCases() {
        assertThat(OpCases.all()).hasSizeGreaterThan(100);
    }
}
