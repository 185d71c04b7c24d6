package org.semblance.cuda;

import org.semblance.backend.BackendException;

/** Convolutions of a plan: those that cuDNN has a tensor-core algorithm for, which is all of ours. */
final class SynthesisConvs {
    private SynthesisConvs() {}

    /** @throws BackendException if cuDNN does not take the geometry */
    static ConvPlan plan(Cudnn cudnn, ConvKey key, ConvPlan.Format format) {
        long most = Math.max(key.x().count(), key.y().count());
        if (most > Integer.MAX_VALUE) {
            throw new BackendException("cuda: cuDNN: arrays have at most " + Integer.MAX_VALUE + " elements, got "
                    + most + " in " + key + "; use smaller batches");
        }
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
