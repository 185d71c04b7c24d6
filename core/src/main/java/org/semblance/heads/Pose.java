package org.semblance.heads;

/**
 * The turn of the head about its pivot and the camera. World = R (head - V) + V with R = Rz(roll) Rx(pitch) Ry(yaw):
 * yaw &gt; 0 turns to image right, pitch &gt; 0 up, roll &gt; 0 clockwise in the image.
 */
final class Pose {
    private static final double PIVOT_Y = -0.20;
    private static final double PIVOT_Z = -0.05;

    final double cameraX;
    final double cameraY;
    /** Distance of the camera from the plane z = 0. */
    final double cameraZ;
    /** Half extent of the picture in the plane z = 0. */
    final double extent;

    private final double[] r;

    Pose(HeadFactors f) {
        HeadTables.Camera camera = HeadTables.INSTANCE.camera;
        cameraX = f.value("tx");
        cameraY = camera.height() + f.value("ty");
        cameraZ = camera.distance();
        extent = camera.extent() / f.value("scale");
        r = rotation(Math.toRadians(f.value("yaw")), Math.toRadians(f.value("pitch")), Math.toRadians(f.value("roll")));
    }

    private static double[] rotation(double yaw, double pitch, double roll) {
        double cy = Math.cos(yaw);
        double sy = Math.sin(yaw);
        double cp = Math.cos(pitch);
        double sp = Math.sin(pitch);
        double[] a = {cy, 0, sy, -sp * sy, cp, sp * cy, -cp * sy, -sp, cp * cy};
        double cr = Math.cos(roll);
        double sr = Math.sin(roll);
        double[] r = a.clone();
        for (int j = 0; j < 3; j++) {
            r[j] = cr * a[j] + sr * a[3 + j];
            r[3 + j] = -sr * a[j] + cr * a[3 + j];
        }
        return r;
    }

    double headX(double x, double y, double z) {
        return r[0] * x + r[3] * (y - PIVOT_Y) + r[6] * (z - PIVOT_Z);
    }

    double headY(double x, double y, double z) {
        return r[1] * x + r[4] * (y - PIVOT_Y) + r[7] * (z - PIVOT_Z) + PIVOT_Y;
    }

    double headZ(double x, double y, double z) {
        return r[2] * x + r[5] * (y - PIVOT_Y) + r[8] * (z - PIVOT_Z) + PIVOT_Z;
    }

    /** A head point in world space. */
    double[] toWorld(double x, double y, double z) {
        double v = y - PIVOT_Y;
        double w = z - PIVOT_Z;
        return new double[] {
            r[0] * x + r[1] * v + r[2] * w,
            r[3] * x + r[4] * v + r[5] * w + PIVOT_Y,
            r[6] * x + r[7] * v + r[8] * w + PIVOT_Z
        };
    }

    /** A world direction in head space. */
    double[] directionToHead(double[] d) {
        double[] out = new double[3];
        for (int j = 0; j < 3; j++) {
            out[j] = r[j] * d[0] + r[3 + j] * d[1] + r[6 + j] * d[2];
        }
        return out;
    }

    /** Pixel fraction from the left, 0 to 1, of a world point. */
    double fractionX(double[] world) {
        return 0.5 + 0.5 * (world[0] - cameraX) * cameraZ / (cameraZ - world[2]) / extent;
    }

    /** Pixel fraction from the top, 0 to 1, of a world point. */
    double fractionY(double[] world) {
        return 0.5 - 0.5 * (world[1] - cameraY) * cameraZ / (cameraZ - world[2]) / extent;
    }
}
