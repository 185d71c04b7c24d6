package org.semblance.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.semblance.IdEncoder;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * Whom the cells of a mixing table look like to a recogniser that had no part in training.
 *
 * @param toIdentity mean cosine between a cell and the identity of its row; 1 is the same picture
 * @param toAttributes mean cosine between a cell and the attribute image of its column; 0 is a stranger
 */
record Likeness(double toIdentity, double toAttributes) {
    /** Measures with the recogniser of the model. */
    static Likeness of(MixingTable table, ModelFolder model, Device device) throws IOException {
        try (IdEncoder recogniser = IdEncoder.load(model, ModelNetwork.RECOGNISER, device)) {
            return of(table, recogniser);
        }
    }

    private static Likeness of(MixingTable table, IdEncoder recogniser) {
        HostArray identities = recogniser.embed(table.identities());
        HostArray attributes = recogniser.embed(table.attributes());
        int columns = table.attributes().size();
        double toIdentity = 0;
        double toAttributes = 0;
        for (int i = 0; i < table.identities().size(); i++) {
            HostArray cells = recogniser.embed(table.cells().get(i));
            for (int a = 0; a < columns; a++) {
                toIdentity += IdEncoder.cosine(row(cells, a), row(identities, i));
                toAttributes += IdEncoder.cosine(row(cells, a), row(attributes, a));
            }
        }
        int count = columns * table.identities().size();
        return new Likeness(toIdentity / count, toAttributes / count);
    }

    private static float[] row(HostArray rows, int index) {
        int size = rows.shape().dim(1);
        return Arrays.copyOfRange(rows.data(), index * size, (index + 1) * size);
    }

    /** Lines to print. */
    List<String> lines() {
        return List.of(
                "mean similarity (cosine of an independent recogniser) of the cells",
                String.format(Locale.ROOT, "  to the identity of their row:            %6.3f", toIdentity),
                String.format(Locale.ROOT, "  to the attribute image of their column:  %6.3f", toAttributes));
    }
}
