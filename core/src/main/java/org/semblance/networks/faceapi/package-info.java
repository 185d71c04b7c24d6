/** The networks of face-api.js: recogniser, landmark detectors, face detectors. */
@NullMarked
package org.semblance.networks.faceapi;

import org.jspecify.annotations.NullMarked;
