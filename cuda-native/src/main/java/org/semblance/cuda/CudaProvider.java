package org.semblance.cuda;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.semblance.backend.Backend;
import org.semblance.backend.BackendException;
import org.semblance.backend.BackendProvider;

/** Opens the CUDA backend, one per device, or says everything that is missing. */
public final class CudaProvider implements BackendProvider {
    private static final Map<Integer, Backend> OPEN = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public int preference() {
        return 10;
    }

    @Override
    public Backend open(int index) {
        return OPEN.computeIfAbsent(index, CudaProvider::create);
    }

    private static Backend create(int index) {
        List<String> reasons = Prerequisites.missing(index);
        if (!reasons.isEmpty()) {
            throw new UnsupportedOperationException("cuda: cannot run here: " + String.join("; ", reasons));
        }
        try {
            CublasForwarder.loadWhereNeeded();
            JCudaNatives.place();
            return new CudaBackend(index);
        } catch (LinkageError | BackendException | IOException e) {
            throw new UnsupportedOperationException("cuda: cannot run here: " + e.getMessage(), e);
        }
    }
}
