package org.semblance.heads;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        identity = root.at("identity").items().stream().map(HeadTables::spec).toList();
        attribute = root.at("attribute").items().stream().map(HeadTables::spec).toList();
        camera = camera(root.at("camera"));
        palette = root.at("palette");
        hairStyles = root.at("hair_styles");
        beards = root.at("beards");
    }

    private static HeadTables load() {
        try (InputStream in = HeadTables.class.getResourceAsStream("heads.json")) {
            if (in == null) {
                throw new IllegalStateException("heads.json: must lie beside " + HeadTables.class + ", found nothing");
            }
            return new HeadTables(Json.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FactorSpec spec(Json row) {
        boolean category = row.at("dist").text().equals("cat");
        return new FactorSpec(
                row.at("name").text(),
                kind(row.at("dist").text()),
                row.number("base", 0),
                row.number("amp", 0),
                row.number("min", Double.NEGATIVE_INFINITY),
                row.number("max", Double.POSITIVE_INFINITY),
                category ? row.at("p").items().stream().map(Json::number).toList() : List.of(),
                category ? row.at("labels").texts() : List.of());
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
                c.number("D"),
                c.number("E"),
                c.number("cy"),
                c.number("z_near"),
                c.number("z_far"),
                (int) c.number("steps"),
                c.number("relax"),
                c.number("eps"),
                c.number("hit"),
                c.number("nh"));
    }

    /** A list of colours of the palette, sRGB 0..255. */
    double[][] colours(String name) {
        return palette.at(name).items().stream().map(Json::numbers).toArray(double[][]::new);
    }

    /** A single triple of the palette as it stands in the table. */
    double[] colour(String name) {
        return palette.at(name).numbers();
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
        List<String> columns = table.at("columns").texts();
        double[] values = table.at(label).numbers();
        Map<String, Double> row = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(columns.get(i), values[i]);
        }
        return row;
    }
}
