package org.semblance.cpu;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.lang.System.Logger.Level;

/** The settings of the OpenMP runtime that oneDNN brings; it reads them once, when it is loaded. */
final class OpenMp {
    static final String VARIABLE = "GOMP_SPINCOUNT";

    /** Turns of the loop in which an idle thread waits: a fraction of a millisecond, the gap between two primitives. */
    static final String TURNS = "10000";

    private static final int KEEP_WHAT_IS_SET = 0;

    private OpenMp() {}

    /**
     * Lets idle threads of oneDNN's team sleep soon, unless the environment says otherwise; to be called before oneDNN
     * is loaded. {@code -Dsemblance.cpu.limitSpinning=false} leaves the environment of the process alone. By default
     * they
     * spin for milliseconds, on cores that our own loops and other programs want.
     */
    static void limitSpinning() {
        boolean wanted = Boolean.parseBoolean(System.getProperty("semblance.cpu.limitSpinning", "true"));
        if (wanted && Platform.isLinux() && System.getenv("OMP_WAIT_POLICY") == null) {
            try {
                Object[] arguments = {VARIABLE, TURNS, KEEP_WHAT_IS_SET};
                NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(arguments);
            } catch (LinkageError e) {
                System.getLogger(OpenMp.class.getName())
                        .log(Level.INFO, "cpu: idle threads of oneDNN will spin, as JNA does not run here", e);
            }
        }
    }
}
