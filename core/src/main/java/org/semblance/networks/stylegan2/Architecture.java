package org.semblance.networks.stylegan2;

import java.util.Locale;

/** How the blocks of a StyleGAN2 network are joined (Karras et al. 2020, figure 7). */
public enum Architecture {
    /** One path, one conversion from or to RGB. */
    ORIG,
    /** Every resolution converts from or to RGB, and the pictures are summed. */
    SKIP,
    /** Residual blocks. */
    RESNET;

    /** The architecture of a name in any case. @throws IllegalArgumentException for other names */
    public static Architecture of(String name) {
        for (Architecture a : values()) {
            if (a.name().equals(name.toUpperCase(Locale.ROOT))) {
                return a;
            }
        }
        throw new IllegalArgumentException("architecture: expected orig, skip or resnet, got '" + name + "'");
    }
}
