/**
 * Targets for coverage-guided fuzzing with Jazzer, which is not part of the build, and the replay of what it found:
 * {@code java -jar jazzer.jar --cp=... --target_class=org.semblance.fuzz.OnnxFuzzer CORPUS}. Any outcome but success or
 * an {@link java.io.IOException} is a finding. Inputs that reach new code belong into the target's zip among the test
 * resources, which {@link CorpusTest} replays.
 */
@NullMarked
package org.semblance.fuzz;

import org.jspecify.annotations.NullMarked;
