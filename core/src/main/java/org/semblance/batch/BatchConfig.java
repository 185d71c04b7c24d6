package org.semblance.batch;

/**
 * How a {@link Batch} runs. At most {@code groups * size} decoded items and as many results are held at once.
 *
 * @param size items that are computed together; consecutive ones of the source, so that results do not depend on timing
 * @param decoders threads that decode
 * @param computers groups that are computed at once: 1 for the CPU backend, which computes one at a time anyway; 2
 *     keep a GPU busy while results are copied
 * @param encoders threads that encode; 1 keeps the order of the source
 * @param groups groups in flight: decoded, being decoded and being computed
 * @param failFast whether the first failed item ends the run
 * @param durable whether outputs and journal must be on the disk, not only with the operating system, before an item
 *     counts as finished; matters when the power fails
 */
public record BatchConfig(
        int size, int decoders, int computers, int encoders, int groups, boolean failFast, boolean durable) {
    private static final int MOST = 1 << 16;

    public BatchConfig {
        require("size", size, 1);
        require("decoders", decoders, 1);
        require("computers", computers, 1);
        require("encoders", encoders, 1);
        require("groups", groups, computers);
    }

    /**
     * Groups of this size, computed one at a time; half as many decoders as processors, and as many encoders; three
     * groups in flight, and as many more as it takes to give every decoder an item.
     */
    public static BatchConfig of(int size) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        int groups = 3 + threads / Math.max(1, size);
        return new BatchConfig(size, threads, 1, threads, groups, false, false);
    }

    /** With other numbers of threads, and at least two groups in flight beyond those that are computed. */
    public BatchConfig withThreads(int otherDecoders, int otherComputers, int otherEncoders) {
        int enough = Math.max(groups, otherComputers + 2);
        return new BatchConfig(size, otherDecoders, otherComputers, otherEncoders, enough, failFast, durable);
    }

    /** With results encoded by one thread, in the order of the source. */
    public BatchConfig inOrder() {
        return new BatchConfig(size, decoders, computers, 1, groups, failFast, durable);
    }

    /** With another number of groups in flight. */
    public BatchConfig withGroups(int other) {
        return new BatchConfig(size, decoders, computers, encoders, other, failFast, durable);
    }

    /** Ending at the first failure, or not. */
    public BatchConfig withFailFast(boolean other) {
        return new BatchConfig(size, decoders, computers, encoders, groups, other, durable);
    }

    /** Waiting for the disk, or not. */
    public BatchConfig withDurable(boolean other) {
        return new BatchConfig(size, decoders, computers, encoders, groups, failFast, other);
    }

    private static void require(String name, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(
                    "batch: " + name + " must be " + least + " to " + MOST + ", got " + value);
        }
    }
}
