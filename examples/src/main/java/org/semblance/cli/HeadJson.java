package org.semblance.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.heads.FactorSpec;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.RenderedHead;
import org.semblance.json.Json;

/** The ground truth of a rendered head: seeds, factors by name, landmarks as fractions of the picture. */
final class HeadJson {
    private HeadJson() {}

    static Json of(long identitySeed, long attributeSeed, RenderedHead head) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("identity_seed", identitySeed);
        fields.put("attribute_seed", attributeSeed);
        fields.put("size", head.resolution());
        fields.put("identity", values(HeadFactors.identitySpecs(), head.factors()));
        fields.put("attributes", values(HeadFactors.attributeSpecs(), head.factors()));
        fields.put("landmarks", points(head.landmarks()));
        return Json.of(fields);
    }

    /** Numbers in physical units, categories by their labels. */
    private static Map<String, Object> values(List<FactorSpec> specs, HeadFactors factors) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (FactorSpec spec : specs) {
            String name = spec.name();
            values.put(name, spec.isCategory() ? factors.label(name) : (Object) factors.value(name));
        }
        return values;
    }

    private static List<List<Double>> points(HostArray landmarks) {
        float[] data = landmarks.data();
        List<List<Double>> points = new ArrayList<>();
        for (int i = 0; i < data.length; i += 2) {
            points.add(List.of((double) data[i], (double) data[i + 1]));
        }
        return points;
    }
}
