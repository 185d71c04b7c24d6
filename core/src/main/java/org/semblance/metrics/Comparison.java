package org.semblance.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/**
 * What the protocol compares of two pictures by a network that is the user's own; without one it is reported as not
 * available ({@code docs/evaluation.md}). Plugged in by {@link MeasuringNetworks#with}, or as a network in a
 * {@link #role} of a model folder.
 */
public enum Comparison {
    /** LPIPS with AlexNet of reconstruction and picture (Zhang et al. 2018). */
    LPIPS_ALEX("lpips_alex", "LPIPS (AlexNet)", "", Of.RECONSTRUCTION),
    /** LPIPS with VGG of reconstruction and picture. */
    LPIPS_VGG("lpips_vgg", "LPIPS (VGG)", "", Of.RECONSTRUCTION),
    /** Coefficients of expression of a 3D face model, output and attribute picture. */
    EXPRESSION("expression", "expression coefficients, to attribute picture", "", Of.ATTRIBUTES),
    /** Coefficients of shape of a 3D face model, output and identity picture. */
    SHAPE("shape", "shape coefficients, to identity picture", "", Of.IDENTITY),
    /** Yaw, pitch and roll in degrees, output and attribute picture: their euclidean distance. */
    POSE_ERROR("pose", "pose: yaw, pitch, roll apart", "degrees", Of.ATTRIBUTES),
    /** The same: the angle of the turn between ({@link PoseError#geodesic}). */
    POSE_GEODESIC("pose", "pose: angle of the turn between", "degrees", Of.ATTRIBUTES),
    /** Angles of gaze, output and attribute picture. */
    GAZE("gaze", "gaze, to attribute picture", "", Of.ATTRIBUTES),
    /** Coefficients of spherical harmonics of the light, output and attribute picture. */
    LIGHT("light", "spherical harmonics of light, to attribute picture", "", Of.ATTRIBUTES),
    /** LPIPS within hair and background, output and attribute picture. */
    MASKED_LPIPS("masked_lpips", "LPIPS of hair and background, to attribute picture", "", Of.ATTRIBUTES);

    private final String role;
    private final String title;
    private final String unit;
    private final Of wanted;

    Comparison(String role, String title, String unit, Of wanted) {
        this.role = role;
        this.title = title;
        this.unit = unit;
        this.wanted = wanted;
    }

    /** What a network in a role of a model folder compares; nothing for a role of another kind. */
    public static List<Comparison> of(String role) {
        return Stream.of(values()).filter(c -> c.role.equals(role)).toList();
    }

    /** The role in a model folder of the network that {@link #by} takes. */
    public String role() {
        return role;
    }

    /** Name for programs, of the figure in reports. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Name for people. */
    public String title() {
        return title;
    }

    /** Such as {@code degrees}, or empty. */
    public String unit() {
        return unit;
    }

    /** Whether a picture is compared with its reconstruction, and not an output with one of its two pictures. */
    boolean ofReconstruction() {
        return wanted == Of.RECONSTRUCTION;
    }

    /** Whether it is the pose, which factors may tell too. */
    boolean ofPose() {
        return this == POSE_ERROR || this == POSE_GEODESIC;
    }

    /** Whether the identity picture is what the output should be like, and not the attribute picture. */
    boolean ofIdentity() {
        return wanted == Of.IDENTITY;
    }

    /**
     * The distance by what a network reads off each picture: euclidean; squared for LPIPS; angles of {yaw, pitch, roll}
     * in degrees for the pose. For LPIPS a network gives the channels of its layers, of norm 1 at each place, times the
     * root of their weights over the root of the number of places, all in one row.
     */
    public ImageDistance by(ImageFeatures network) {
        BiFunction<HostArray, HostArray, double[]> distance = distance();
        return (made, wanted) -> distance.apply(network.ofScaled(made), network.ofScaled(wanted));
    }

    private BiFunction<HostArray, HostArray, double[]> distance() {
        return switch (this) {
            case LPIPS_ALEX, LPIPS_VGG, MASKED_LPIPS ->
                (a, b) -> Arrays.stream(Statistics.distances(a, b))
                        .map(d -> d * d)
                        .toArray();
            case POSE_GEODESIC -> PoseError::geodesics;
            case POSE_ERROR, EXPRESSION, SHAPE, GAZE, LIGHT -> Statistics::distances;
        };
    }
}
