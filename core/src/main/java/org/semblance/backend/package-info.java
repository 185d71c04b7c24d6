/**
 * The service interface between the graph and the machines it runs on: {@link org.semblance.backend.Backend} computes
 * on
 * arrays, {@link org.semblance.backend.Device} finds one and runs work on it, and the parameter records carry the
 * arithmetic of shapes and adjoints that every backend shares.
 */
@NullMarked
package org.semblance.backend;

import org.jspecify.annotations.NullMarked;
