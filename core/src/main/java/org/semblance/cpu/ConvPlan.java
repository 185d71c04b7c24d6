package org.semblance.cpu;

/**
 * A convolution primitive, and how its weights come from or go to row-major order.
 *
 * @param kernel the implementation that oneDNN chose
 * @param main the convolution
 * @param reorder between row-major and the order of the weights
 * @param weightBytes size of the weights in that order
 * @param weightOrder that order, comparable
 */
record ConvPlan(String kernel, Dnnl.Plan main, Dnnl.Plan reorder, long weightBytes, WeightOrder weightOrder)
        implements AutoCloseable {
    @Override
    public void close() {
        main.close();
        reorder.close();
    }
}
