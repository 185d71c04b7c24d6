package org.semblance;

import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.SwapModel;

/** The steps of a pipeline, for packages below. */
record PipelineSteps(Disentangler model) implements SwapModel {
    @Override
    public HostArray identities(List<Image> images) {
        return model.identity().embed(images);
    }

    @Override
    public HostArray attributes(List<Image> images) {
        return model.attributes().encode(images);
    }

    @Override
    public HostArray codes(HostArray identities, HostArray attributes) {
        return model.mapper().map(identities, attributes);
    }

    @Override
    public List<Image> images(HostArray codes) {
        return model.generator().synthesise(codes);
    }
}
