@org.jspecify.annotations.NullMarked
package org.semblance.video;
