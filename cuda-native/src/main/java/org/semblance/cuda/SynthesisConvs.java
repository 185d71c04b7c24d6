package org.semblance.cuda;

import org.semblance.backend.BackendException;

/** Convolutions of a plan: those that cuDNN has a tensor-core algorithm for, which is all of ours. */
final class SynthesisConvs {
    private SynthesisConvs() {}

    /** @throws BackendException if cuDNN does not take the geometry */
    static ConvPlan plan(Cudnn cudnn, ConvKey key, ConvPlan.Format format) {
        ConvPlan plan = new ConvPlan(cudnn, key, format);
        if (!plan.isSupported()) {
            plan.close();
            throw new BackendException("cuda: cuDNN: no deterministic algorithm in " + format + " for " + key);
        }
        return plan;
    }

    static void run(ConvPlan plan, long x, long w, long y, long workspace) {
        Cudnn.check("cudnnConvolution", plan.run(x, w, y, workspace));
    }
}
