package org.semblance.sequence;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;

/** Rows that come in parts. */
final class Rows {
    private final List<HostArray> parts = new ArrayList<>();

    void add(HostArray rows) {
        parts.add(rows);
    }

    /** All rows, {@code [N, D]}. */
    HostArray all() {
        float[] all = new float[parts.stream().mapToInt(p -> p.data().length).sum()];
        int at = 0;
        for (HostArray part : parts) {
            System.arraycopy(part.data(), 0, all, at, part.data().length);
            at += part.data().length;
        }
        int width = parts.get(0).shape().dim(1);
        return HostArray.of(all, all.length / width, width);
    }

    /** Vectors of equal length as rows. */
    static HostArray of(List<float[]> vectors) {
        Rows rows = new Rows();
        vectors.forEach(v -> rows.add(HostArray.of(v, 1, v.length)));
        return rows.all();
    }
}
