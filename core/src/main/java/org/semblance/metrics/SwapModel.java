package org.semblance.metrics;

import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.image.Image;

/** The model that is measured, in the steps {@code image = G(M([E_id, E_attr]))}. */
public interface SwapModel {
    /** E_id, {@code [N, D]}. */
    HostArray identities(List<Image> images);

    /** E_attr, {@code [N, D]}. */
    HostArray attributes(List<Image> images);

    /** M, {@code [N, wDim]}. */
    HostArray codes(HostArray identities, HostArray attributes);

    /** G. */
    List<Image> images(HostArray codes);
}
