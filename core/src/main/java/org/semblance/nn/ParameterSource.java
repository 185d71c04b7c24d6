package org.semblance.nn;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Where a network takes the values of its parameters from, by name and expected shape. */
public interface ParameterSource {
    /** The values of a parameter; a source that lacks it or has another shape reports that in its own way. */
    HostArray take(String name, Shape shape);

    /** The values of an optional parameter, or null if the source has none of this name. */
    @Nullable
    HostArray takeIfPresent(String name, Shape shape);

    /** The shape under which the source holds a name, or null if it has none of this name. */
    @Nullable
    Shape shapeOf(String name);
}
