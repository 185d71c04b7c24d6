package org.semblance.weights.pickle;

/**
 * A name that a pickle refers to, such as {@code collections OrderedDict}. It stays a name: nothing is looked up.
 *
 * @param name module and name with a space between
 */
public record Global(String name) {}
