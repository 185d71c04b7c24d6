package org.semblance.training;

import java.util.List;
import org.semblance.image.Image;

/**
 * What training looks like: pictures of one step, lists of equal length.
 *
 * @param step steps done
 * @param identities who
 * @param attributes everything else
 * @param outputs what the model makes of both by the mapper's own codes, without a class path
 */
public record TrainingPreview(long step, List<Image> identities, List<Image> attributes, List<Image> outputs) {}
