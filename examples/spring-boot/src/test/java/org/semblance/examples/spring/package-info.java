@NullMarked
package org.semblance.examples.spring;

import org.jspecify.annotations.NullMarked;
