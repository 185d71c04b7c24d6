package org.semblance.cuda;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The workspaces of a pass's convolutions: apart where they are small, so that one can be cleared while others are
 * used.
 */
final class Workspaces {
    private static final long MOST_APART = 64L << 20;

    private final long[] addresses;
    private final long address;
    private final long bytes;
    private final boolean apart;

    /** @param convs null for layers that need none */
    Workspaces(Blocks blocks, List<? extends @Nullable ConvPlan> convs) {
        long[] bytes = convs.stream()
                .mapToLong(c -> c == null ? 0 : rounded(c.workspace()))
                .toArray();
        long most = convs.stream()
                .filter(Objects::nonNull)
                .mapToLong(ConvPlan::workspace)
                .max()
                .orElse(0);
        long all = 0;
        addresses = new long[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            addresses[i] = all;
            all += bytes[i];
        }
        apart = all <= MOST_APART;
        this.bytes = apart ? all : most;
        address = blocks.bytes(this.bytes);
        for (int i = 0; i < bytes.length; i++) {
            addresses[i] = address + (apart ? addresses[i] : 0);
        }
    }

    private static long rounded(long bytes) {
        return (bytes + 255) / 256 * 256;
    }

    /** Address of convolution i's. */
    long of(int i) {
        return addresses[i];
    }

    /** Address of all of them together. */
    long address() {
        return address;
    }

    /** Size of all of them together. */
    long bytes() {
        return bytes;
    }

    /** Whether each convolution has its own. */
    boolean areApart() {
        return apart;
    }
}
