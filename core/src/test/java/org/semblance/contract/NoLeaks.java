package org.semblance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Fails a test that leaves device memory held. Tests that run at once with others on one device cannot use it. */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace SPACE = Namespace.create(NoLeaks.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(SPACE).put("live", liveBytes());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(liveBytes())
                .as("bytes held after the test")
                .isEqualTo(context.getStore(SPACE).get("live", Long.class));
    }

    public static long liveBytes() {
        return TestDevice.get().backend().counters().liveBytes();
    }
}
