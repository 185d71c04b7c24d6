package org.semblance.heads;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.semblance.json.Json;

/** The tables of {@code heads.json}: factor lists, palettes, hair styles, beards and the camera. Immutable. */
final class HeadTables {
    static final HeadTables INSTANCE = load();

    final List<FactorSpec> identity;
    final List<FactorSpec> attribute;
    final Camera camera;

    private final Json palette;
    private final Json hairStyles;
    private final Json beards;

    /** Tracing constants, in head units; {@code steps} is a count. */
    record Camera(
            double distance,
            double extent,
            double height,
            double zNear,
            double zFar,
            int steps,
            double relax,
            double eps,
            double hit,
            double normalStep) {}

    private HeadTables(Json root) {
        identity =
                root.get("identity").elements().stream().map(HeadTables::spec).toList();
        attribute =
                root.get("attribute").elements().stream().map(HeadTables::spec).toList();
        camera = camera(root.get("camera"));
        palette = root.get("palette");
        hairStyles = root.get("hair_styles");
        beards = root.get("beards");
    }

    private static HeadTables load() {
        try (InputStream in = HeadTables.class.getResourceAsStream("heads.json")) {
            if (in == null) {
                throw new IllegalStateException("heads.json: must lie beside " + HeadTables.class + ", found nothing");
            }
            return new HeadTables(Json.parse(in, "heads.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FactorSpec spec(Json row) {
        boolean category = row.get("dist").asString().equals("cat");
        return new FactorSpec(
                row.get("name").asString(),
                kind(row.get("dist").asString()),
                number(row, "base", 0),
                number(row, "amp", 0),
                number(row, "min", Double.NEGATIVE_INFINITY),
                number(row, "max", Double.POSITIVE_INFINITY),
                category ? row.get("p").elements().stream().map(Json::asDouble).toList() : List.of(),
                category ? row.get("labels").asStrings() : List.of());
    }

    private static double number(Json row, String name, double otherwise) {
        return row.find(name).map(Json::asDouble).orElse(otherwise);
    }

    private static FactorSpec.Kind kind(String dist) {
        return switch (dist) {
            case "tri" -> FactorSpec.Kind.TRIANGULAR;
            case "uni" -> FactorSpec.Kind.UNIFORM;
            case "cat" -> FactorSpec.Kind.CATEGORY;
            default -> throw new IllegalStateException("heads.json: dist must be tri, uni or cat, got " + dist);
        };
    }

    private static Camera camera(Json c) {
        return new Camera(
                c.get("D").asDouble(),
                c.get("E").asDouble(),
                c.get("cy").asDouble(),
                c.get("z_near").asDouble(),
                c.get("z_far").asDouble(),
                c.get("steps").asInt(),
                c.get("relax").asDouble(),
                c.get("eps").asDouble(),
                c.get("hit").asDouble(),
                c.get("nh").asDouble());
    }

    /** A list of colours of the palette, sRGB 0..255. */
    double[][] colours(String name) {
        return palette.get(name).elements().stream().map(Json::asDoubles).toArray(double[][]::new);
    }

    /** A single triple of the palette as it stands in the table. */
    double[] colour(String name) {
        return palette.get(name).asDoubles();
    }

    /** Columns of a hair style. */
    Map<String, Double> hairStyle(String label) {
        return row(hairStyles, label);
    }

    /** Columns of a beard. */
    Map<String, Double> beard(String label) {
        return row(beards, label);
    }

    private static Map<String, Double> row(Json table, String label) {
        List<String> columns = table.get("columns").asStrings();
        double[] values = table.get(label).asDoubles();
        Map<String, Double> row = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(columns.get(i), values[i]);
        }
        return row;
    }
}
