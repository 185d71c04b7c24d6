package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.weights.ModelFolder;

/** Tests of runs that train {@link TinyTraining}'s model in a folder of their own. */
@ExtendWith(NoLeaks.class)
abstract class TinyTrainingTest {
    final Device device = TestDevice.get();

    @TempDir
    Path folder;

    ModelFolder base;

    @BeforeEach
    final void writeModel() throws IOException {
        base = TinyTraining.model(folder.resolve("base"));
    }

    /** The last checkpoint of a whole run. */
    final Path trained(TrainerConfig config, String run) throws IOException {
        return TinyTraining.trained(base, config, folder.resolve(run));
    }
}
