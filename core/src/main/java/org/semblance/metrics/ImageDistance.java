package org.semblance.metrics;

import java.util.List;
import org.semblance.image.Image;

/**
 * How far pictures lie apart, two by two, such as LPIPS. One that reads a row of numbers off each picture is
 * {@link Comparison#by}.
 */
@FunctionalInterface
public interface ImageDistance {
    /**
     * The distance of each picture to its partner.
     *
     * @param made outputs of the model, or other pictures in their place
     * @param wanted as many pictures of the same size
     * @return finite numbers, one per pair; 0 where both are alike
     */
    double[] of(List<Image> made, List<Image> wanted);
}
