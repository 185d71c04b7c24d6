package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.junit.jupiter.api.Test;
import org.semblance.backend.Device;

class OpenMpTest {
    @Test
    void theRuntimeFindsALimitOfSpinningUnlessTheUserSetOne() {
        assumeTrue(Platform.isLinux(), "only libgomp reads this variable");
        assumeTrue(System.getenv("OMP_WAIT_POLICY") == null, "the environment asks for a policy");
        Device.cpu();
        String wanted = System.getenv(OpenMp.VARIABLE);
        Object[] name = {OpenMp.VARIABLE};
        String seen = NativeLibrary.getInstance("c").getFunction("getenv").invokeString(name, false);
        assertThat(seen).isEqualTo(wanted == null ? OpenMp.TURNS : wanted);
    }
}
