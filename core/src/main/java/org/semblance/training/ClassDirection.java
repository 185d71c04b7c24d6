package org.semblance.training;

import org.semblance.array.HostArray;

/**
 * A step of style codes after which a teacher reads a class.
 *
 * @param logit number of the class among the teacher's logits, from 0
 * @param direction unit vector {@code [wDim]}
 * @param length of the step, in units of style codes
 * @param share of pictures that the teacher reads as the class after the step, in [0, 1]
 * @param changed share of pictures that the teacher reads as any class but the most frequent one after the step
 */
public record ClassDirection(int logit, HostArray direction, double length, double share, double changed) {}
