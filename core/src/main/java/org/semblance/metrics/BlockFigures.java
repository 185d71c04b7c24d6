package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** How well the two blocks of the code are kept apart ({@code docs/evaluation.md}, section 8). */
final class BlockFigures {
    static final String IDENTITY = "identity code";
    static final String ATTRIBUTES = "attribute code";
    static final String STYLE = "style code";
    static final String TABLE_IDENTITY = "table of identities";
    static final String TABLE_ATTRIBUTES = "table of attributes";

    private final Measurements measured;
    private final Bootstrap bootstrap;
    private final List<ProbeScore> probes;
    private final int table;
    private final List<Figure> figures = new ArrayList<>();

    BlockFigures(Measurements measured, Bootstrap bootstrap, List<ProbeScore> probes, int table) {
        this.measured = measured;
        this.bootstrap = bootstrap;
        this.probes = probes;
        this.table = table;
    }

    EvaluationReport.Section section() {
        HostArray id = measured.rows(IDENTITY, Of.IDENTITY);
        HostArray attr = measured.rows(ATTRIBUTES, Of.IDENTITY);
        add("cka", "linear CKA of both blocks (0 independent)", Interval.of(Dependence.cka(id, attr)));
        cycle();
        if (measured.has(TABLE_IDENTITY, Of.OUTPUT)) {
            invariance();
        }
        if (probes.isEmpty()) {
            figures.add(
                    Figure.missing("leak", "what probes read in the codes", "no factors, or too few pairs or people"));
        } else {
            leaks();
        }
        return new EvaluationReport.Section("blocks", "Blocks of the code", figures);
    }

    private void add(String key, String title, Interval value) {
        figures.add(Figure.of(key, title, "", value));
    }

    /** Distance of the attribute code of the output from that of the attribute picture. */
    private void cycle() {
        double[] moved =
                Statistics.distances(measured.rows(ATTRIBUTES, Of.OUTPUT), measured.rows(ATTRIBUTES, Of.ATTRIBUTES));
        double[] other =
                Statistics.distances(measured.rows(ATTRIBUTES, Of.IDENTITY), measured.rows(ATTRIBUTES, Of.ATTRIBUTES));
        add(
                "attribute_cycle",
                "attribute code of output to wanted one (1: a stranger's)",
                bootstrap.of(rows -> sum(moved, rows) / sum(other, rows)));
    }

    private static double sum(double[] values, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += values[row];
        }
        return sum;
    }

    private void invariance() {
        SwapTable identity = new SwapTable(measured.rows(TABLE_IDENTITY, Of.OUTPUT), table);
        SwapTable attributes = new SwapTable(measured.rows(TABLE_ATTRIBUTES, Of.OUTPUT), table);
        String note = "table of " + table + " by " + table;
        figures.add(Figure.of(
                        "identity_invariance",
                        "variance of identity over attributes / over identities",
                        "",
                        Interval.of(identity.acrossAttributes() / identity.acrossIdentities()))
                .noted(note));
        figures.add(Figure.of(
                        "attribute_invariance",
                        "variance of attribute code over identities / over attributes",
                        "",
                        Interval.of(attributes.acrossIdentities() / attributes.acrossAttributes()))
                .noted(note));
    }

    private void leaks() {
        add("identity_from_identity", "identity factors in the identity code, mean R2", mean(true, Block.IDENTITY));
        add("identity_from_attributes", "identity factors in the attribute code (leak)", mean(true, Block.ATTRIBUTES));
        add("attributes_from_attributes", "attribute factors in the attribute code", mean(false, Block.ATTRIBUTES));
        add("attributes_from_identity", "attribute factors in the identity code (leak)", mean(false, Block.IDENTITY));
        add("identity_from_style", "identity factors in the style code", mean(true, Block.STYLE));
        add("attributes_from_style", "attribute factors in the style code", mean(false, Block.STYLE));
    }

    private enum Block {
        IDENTITY,
        ATTRIBUTES,
        STYLE;

        double of(ProbeScore score) {
            return this == IDENTITY
                    ? score.fromIdentity()
                    : this == ATTRIBUTES ? score.fromAttributes() : score.fromStyle();
        }
    }

    /** Over the numbers; readings worse than the mean count as 0. */
    private Interval mean(boolean ofIdentity, Block block) {
        return Interval.of(probes.stream()
                .filter(p -> p.factor().kind() != Factor.Kind.CATEGORICAL
                        && p.factor().ofIdentity() == ofIdentity)
                .mapToDouble(p -> Math.max(0, block.of(p)))
                .average()
                .orElse(Double.NaN));
    }

    /** The probes, or none where there are too few rows for the widest code, or too few people. */
    static List<ProbeScore> probes(
            Measurements measured,
            @Nullable FactorLayout layout,
            @Nullable HostArray identities,
            @Nullable HostArray attributes,
            int[] persons,
            long seed) {
        if (layout == null || identities == null || attributes == null) {
            return List.of();
        }
        HostArray id = measured.rows(IDENTITY, Of.IDENTITY);
        HostArray attr = measured.rows(ATTRIBUTES, Of.IDENTITY);
        HostArray style = measured.rows(STYLE, Of.OUTPUT);
        int widest = Math.max(
                id.shape().dim(1), Math.max(attr.shape().dim(1), style.shape().dim(1)));
        boolean few = IntStream.of(persons).distinct().count() < RidgeProbe.LEAST_GROUPS;
        return few || id.shape().dim(0) < 2 * widest
                ? List.of()
                : new BlockProbes(id, attr, identities, style, identities, attributes, persons).scores(layout, seed);
    }
}
