package org.semblance.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.semblance.array.HostArray;
import org.semblance.heads.FactorColumns;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;
import org.semblance.image.Image;
import org.semblance.training.SampleSetWriter;
import org.semblance.training.Samples;

/**
 * Samples of rendered heads with their truth: normalised factors, classes, both as columns to learn, landmarks. Sample
 * k of a seed has identity seed {@code 7e6 + k} and attribute seed {@code 3e7 + k}, plus {@code seed << 32}: none that
 * an evaluation uses, up to {@link #most}. In a grid the samples of a block share identities and attributes, as
 * {@link org.semblance.training.SampleSet#grid} says.
 */
record HeadSet(HeadRenderer renderer, long seed, int size, int grid) implements SampleSetWriter.Maker {
    private static final long IDENTITIES = 7_000_000;
    private static final long ATTRIBUTES = 30_000_000;
    private static final long MOST = 1_000_000;
    /** Heads that are there as floats. */
    private static final int AT_ONCE = 64;

    /** @param grid identities and attributes of a block, 0 for none that are shared */
    HeadSet(long seed, int size, int grid) {
        this(new HeadRenderer(), seed, size, grid);
    }

    /** Samples up to the first identity that is an evaluation's. */
    static long most(int grid) {
        return MOST * Math.max(1, grid);
    }

    @Override
    public SampleSetWriter.Batch make(long first, int count) {
        List<HeadFactors> factors =
                LongStream.range(first, first + count).mapToObj(this::factors).toList();
        List<Image> images = new ArrayList<>();
        List<float[]> landmarks = new ArrayList<>();
        for (int at = 0; at < count; at += AT_ONCE) {
            for (RenderedHead head : renderer.render(factors.subList(at, Math.min(count, at + AT_ONCE)), size)) {
                images.add(Image.fromFloats(head.image()));
                landmarks.add(head.landmarks().data());
            }
        }
        Map<String, HostArray> truth = new LinkedHashMap<>();
        truth.put("identity", rows(factors.stream().map(HeadFactors::identity).toList()));
        truth.put(
                "identity_classes",
                rows(factors.stream().map(f -> floats(f.identityClasses())).toList()));
        truth.put(
                "attributes", rows(factors.stream().map(HeadFactors::attributes).toList()));
        truth.put(
                "attribute_classes",
                rows(factors.stream().map(f -> floats(f.attributeClasses())).toList()));
        truth.put("identity_columns", columns(FactorColumns.ofIdentity(), factors));
        truth.put("attribute_columns", columns(FactorColumns.ofAttributes(), factors));
        truth.put("landmarks", rows(landmarks));
        return new SampleSetWriter.Batch(Samples.pictures(Image.stack(images), null), truth);
    }

    private HeadFactors factors(long k) {
        long offset = seed << 32;
        if (grid == 0) {
            return HeadFactors.of(offset + IDENTITIES + k, offset + ATTRIBUTES + k);
        }
        long block = k / (grid * grid) * grid;
        long within = k % (grid * grid);
        return HeadFactors.of(offset + IDENTITIES + block + within / grid, offset + ATTRIBUTES + block + within % grid);
    }

    private static HostArray columns(FactorColumns columns, List<HeadFactors> heads) {
        return rows(heads.stream().map(columns::of).toList());
    }

    private static float[] floats(int[] classes) {
        float[] floats = new float[classes.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = classes[i];
        }
        return floats;
    }

    private static HostArray rows(List<float[]> rows) {
        int width = rows.get(0).length;
        float[] all = new float[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * width, width);
        }
        return HostArray.of(all, rows.size(), width);
    }
}
