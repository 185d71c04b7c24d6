package org.semblance.heads;

/** What is known about the surface point of one ray: the scratch space of one thread. */
final class Surface {
    /** World point, and the same in head space. */
    double x;

    double y;
    double z;
    double hx;
    double hy;
    double hz;
    /** Unit direction of the ray. */
    double dx;

    double dy;
    double dz;
    /** Unit normal. */
    double nx;

    double ny;
    double nz;
    /** Distance of each part. */
    double skin;

    double hair;
    double shirt;
    double glasses;
    /** Ambient occlusion and shadow, 1 where open. */
    double open;

    double lit;
    /** Albedo of the skin with its decals, then the colour of the ray; linear light. */
    final double[] albedo = new double[3];

    final double[] colour = new double[3];
    /** Weights of the decals in [0, 1] that the shading treats apart. */
    double lip;

    double eye;
    double catchLight;
    double hole;
    double beard;
}
