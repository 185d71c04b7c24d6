/** Classifiers as encoders: ResNet-50 in two variants and InceptionV3 in two. */
@NullMarked
package org.semblance.networks.convnet;

import org.jspecify.annotations.NullMarked;
