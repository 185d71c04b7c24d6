package org.semblance.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.Disentangler;
import org.semblance.array.HostArray;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;

/**
 * Every identity with every attribute.
 *
 * @param identities the first column
 * @param attributes the first row
 * @param cells {@code cells.get(i).get(a)}
 */
record MixingTable(List<Image> identities, List<Image> attributes, List<List<Image>> cells) {
    /** Computes it row by row; each row is a step of the bar. */
    static MixingTable of(Disentangler model, List<Image> identities, List<Image> attributes, Progress progress) {
        HostArray codes = model.attributes().encode(attributes);
        List<List<Image>> cells = new ArrayList<>();
        for (Image identity : identities) {
            HostArray same = repeated(model.identity().embed(identity), attributes.size());
            cells.add(model.generator().synthesise(model.mapper().map(same, codes)));
            progress.step(1);
        }
        return new MixingTable(identities, attributes, cells);
    }

    private static HostArray repeated(float[] row, int count) {
        float[] data = Arrays.copyOf(row, row.length * count);
        for (int i = 1; i < count; i++) {
            System.arraycopy(row, 0, data, i * row.length, row.length);
        }
        return HostArray.of(data, count, row.length);
    }

    /** As a picture. */
    Image sheet() {
        return ContactSheet.table(identities, attributes, cells);
    }
}
