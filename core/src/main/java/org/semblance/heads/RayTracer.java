package org.semblance.heads;

import static org.semblance.heads.Smooth.clamp;
import static org.semblance.heads.Smooth.clamp01;

/** Sphere tracing of one scene, with its normals, occlusion and shadow ({@code docs/heads.md}, sections 3, 4, 6). */
final class RayTracer {
    private static final double[] OCCLUSION_T = {0.07, 0.17, 0.34};
    private static final double[] OCCLUSION_W = {0.50, 0.30, 0.20};
    private static final double[] SHADOW_T = {0.07, 0.15, 0.28, 0.46, 0.70};
    private static final double SHADOW_START = 0.03;

    /** A beam is given up where the empty ball is hardly wider than the beam: the steps would be too short. */
    private static final double LEAST_BALL = 1.05;

    private final HeadTables.Camera camera = HeadTables.INSTANCE.camera;
    private final HeadScene scene;
    private final double[] light;

    RayTracer(HeadScene scene, double[] lightDirection) {
        this.scene = scene;
        light = lightDirection;
    }

    /**
     * Follows the ray through (u, v) in [-1, 1], v up, and fills the ray direction.
     *
     * @return whether it hits; then the surface has its point, normal, occlusion, shadow and part distances
     */
    boolean trace(Surface at, double u, double v) {
        aim(at, u, v);
        if (!march(at)) {
            return false;
        }
        scene.measure(at);
        normal(at);
        at.open = openness(at);
        at.lit = light(at);
        return true;
    }

    /**
     * Whether all rays through a square of half side w about (u, v) surely hit nothing. Follows the middle ray with
     * empty balls, each wide enough for the cross-section of the whole beam.
     */
    boolean isEmpty(double u, double v, double w) {
        double tanX = u * scene.pose.extent / scene.pose.cameraZ;
        double tanY = v * scene.pose.extent / scene.pose.cameraZ;
        double slant = Math.sqrt(1 + tanX * tanX + tanY * tanY);
        double far = scene.pose.cameraZ - camera.zFar();
        double radius = Math.sqrt(2) * w * scene.pose.extent * far / scene.pose.cameraZ;
        double depth = scene.pose.cameraZ - camera.zNear();
        while (depth < far) {
            double x = scene.pose.cameraX + tanX * depth;
            double y = scene.pose.cameraY + tanY * depth;
            double ball = scene.lower(x, y, scene.pose.cameraZ - depth) - camera.hit();
            if (ball <= LEAST_BALL * radius) {
                return false;
            }
            depth += Math.sqrt(ball * ball - radius * radius) / slant;
        }
        return true;
    }

    private void aim(Surface at, double u, double v) {
        double x = u * scene.pose.extent;
        double y = v * scene.pose.extent;
        double z = -scene.pose.cameraZ;
        double inverse = 1 / Math.sqrt(x * x + y * y + z * z);
        at.dx = x * inverse;
        at.dy = y * inverse;
        at.dz = z * inverse;
    }

    private void moveTo(Surface at, double t) {
        at.x = scene.pose.cameraX + at.dx * t;
        at.y = scene.pose.cameraY + at.dy * t;
        at.z = scene.pose.cameraZ + at.dz * t;
    }

    /* A ray stops for good where d <= eps, and never comes back from behind zFar: both end the loop early. */
    private boolean march(Surface at) {
        double t = (scene.pose.cameraZ - camera.zNear()) / -at.dz;
        for (int i = 0; i < camera.steps(); i++) {
            moveTo(at, t);
            if (at.z <= camera.zFar()) {
                return false;
            }
            double d = scene.distance(at.x, at.y, at.z);
            if (d <= camera.eps()) {
                return true;
            }
            t += camera.relax() * d;
        }
        moveTo(at, t);
        return at.z > camera.zFar() && scene.distance(at.x, at.y, at.z) < camera.hit();
    }

    private void normal(Surface at) {
        double h = camera.normalStep();
        double a = scene.distance(at.x + h, at.y - h, at.z - h);
        double b = scene.distance(at.x - h, at.y - h, at.z + h);
        double c = scene.distance(at.x - h, at.y + h, at.z - h);
        double d = scene.distance(at.x + h, at.y + h, at.z + h);
        double x = a - b - c + d;
        double y = -a - b + c + d;
        double z = -a + b - c + d;
        double inverse = 1 / Math.sqrt(x * x + y * y + z * z + 1e-12);
        at.nx = x * inverse;
        at.ny = y * inverse;
        at.nz = z * inverse;
    }

    private double openness(Surface at) {
        double closed = 0;
        for (int i = 0; i < OCCLUSION_T.length; i++) {
            double t = OCCLUSION_T[i];
            double d = scene.distanceBelow(t, at.x + at.nx * t, at.y + at.ny * t, at.z + at.nz * t);
            closed += OCCLUSION_W[i] * clamp((t - d) / t, 0, 1.2);
        }
        return clamp(1 - 0.95 * closed, 0.08, 1);
    }

    private double light(Surface at) {
        double x = at.x + at.nx * SHADOW_START;
        double y = at.y + at.ny * SHADOW_START;
        double z = at.z + at.nz * SHADOW_START;
        double least = 1;
        for (int i = 0; i < SHADOW_T.length && least > 0; i++) {
            double t = SHADOW_T[i];
            double matters = (least - 0.32) * t / 3.2;
            double d = scene.distanceBelow(matters, x + light[0] * t, y + light[1] * t, z + light[2] * t);
            least = Math.min(least, clamp01(0.32 + 3.2 * d / t));
        }
        return least;
    }
}
