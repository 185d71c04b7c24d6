package org.semblance.onnx;

/**
 * What a file may make of a few bytes before anybody asked it for anything: elements of values and multiplications,
 * while constants are computed and a network is tried on one picture. Runs of users have no such bounds.
 */
final class OnnxBudget {
    /** Half a gigabyte. Networks of recognisers take a tenth of it for one picture. */
    private static final long ELEMENTS = 1L << 27;
    /** A few seconds. */
    private static final long PRODUCTS = 1L << 37;

    private long elements;
    private long products;

    private OnnxBudget(long elements, long products) {
        this.elements = elements;
        this.products = products;
    }

    static OnnxBudget none() {
        return new OnnxBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    static OnnxBudget ofTrial() {
        return new OnnxBudget(ELEMENTS, PRODUCTS);
    }

    /** Whether a value of this size could still be made. */
    void require(long count) {
        if (count > elements) {
            throw new IllegalArgumentException("values of one picture must have at most " + ELEMENTS
                    + " elements together, got one of " + count + " with " + elements + " left");
        }
    }

    /** Takes the size of a value that was made. */
    void take(long count) {
        require(count);
        elements -= count;
    }

    /** Takes multiplications that are about to be done. */
    void work(long count) {
        if (count > products) {
            throw new IllegalArgumentException("one picture must take at most " + PRODUCTS + " multiplications, got "
                    + count + " with " + products + " left");
        }
        products -= count;
    }
}
