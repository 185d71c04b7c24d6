package org.semblance.metrics;

import java.util.Arrays;
import org.semblance.array.HostArray;

/** Differences of head poses, each {yaw, pitch, roll} in degrees. */
public final class PoseError {
    private PoseError() {}

    /** Euclidean distance of the three angles, in degrees. */
    public static double euclidean(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** Angle of the turn from one to the other, acos((tr(Ra' Rb) - 1) / 2) with R = Rz(roll) Rx(pitch) Ry(yaw). */
    public static double geodesic(double[] a, double[] b) {
        double[] p = rotation(a);
        double[] q = rotation(b);
        double trace = 0;
        for (int i = 0; i < 9; i++) {
            trace += p[i] * q[i];
        }
        return Math.toDegrees(Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))));
    }

    /** {@link #geodesic} of rows {@code [N, 3]}. */
    static double[] geodesics(HostArray a, HostArray b) {
        Statistics.requireSame("pose", a, b);
        if (a.shape().dim(1) != 3) {
            throw new IllegalArgumentException("pose: rows of yaw, pitch and roll are needed, got " + a.shape());
        }
        double[] all = new double[a.shape().dim(0)];
        Arrays.setAll(all, i -> geodesic(angles(a, i), angles(b, i)));
        return all;
    }

    private static double[] angles(HostArray rows, int row) {
        float[] data = rows.data();
        return new double[] {data[3 * row], data[3 * row + 1], data[3 * row + 2]};
    }

    private static double[] rotation(double[] degrees) {
        double cy = Math.cos(Math.toRadians(degrees[0]));
        double sy = Math.sin(Math.toRadians(degrees[0]));
        double cp = Math.cos(Math.toRadians(degrees[1]));
        double sp = Math.sin(Math.toRadians(degrees[1]));
        double cr = Math.cos(Math.toRadians(degrees[2]));
        double sr = Math.sin(Math.toRadians(degrees[2]));
        double[] a = {cy, 0, sy, -sp * sy, cp, sp * cy, -cp * sy, -sp, cp * cy};
        double[] r = a.clone();
        for (int j = 0; j < 3; j++) {
            r[j] = cr * a[j] + sr * a[3 + j];
            r[3 + j] = -sr * a[j] + cr * a[3 + j];
        }
        return r;
    }
}
