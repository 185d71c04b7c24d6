package org.semblance.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.json.Json;
import org.semblance.nn.ParameterSource;

/** The weights that a network case carries among its inputs, under the names of stylegan2-ada-pytorch. */
final class CaseParameters implements ParameterSource {
    private final CaseContext context;
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private boolean unmapped;

    private CaseParameters(CaseContext context) {
        this.context = context;
    }

    /** Inputs {@code param.NAME}. */
    static CaseParameters ada(CaseContext context) {
        return prefixed(context, "param.", "");
    }

    /** Inputs {@code G.NAME}: the synthesis network alone, which a mapping network of zeros completes. */
    static CaseParameters synthesis(CaseContext context) {
        CaseParameters p = prefixed(context, "G.", "synthesis.");
        p.unmapped = true;
        return p;
    }

    private static CaseParameters prefixed(CaseContext context, String prefix, String name) {
        CaseParameters p = new CaseParameters(context);
        for (String input : context.oracle().inputs().keySet()) {
            if (input.startsWith(prefix)) {
                p.inputs.put(name + input.substring(prefix.length()), input);
            }
        }
        return p;
    }

    /** Inputs {@code rosi.NAME}, whose names the case's {@code key_map} translates. */
    static CaseParameters rosinality(CaseContext context) {
        CaseParameters p = new CaseParameters(context);
        Json map = context.attrs().json().get("key_map");
        for (String name : map.keys()) {
            p.inputs.put(map.get(name).at(0).asString(), "rosi." + name);
        }
        p.inputs.put("mapping.w_avg", "latent_avg");
        return p;
    }

    @Override
    public HostArray take(String name, Shape shape) {
        HostArray values = takeIfPresent(name, shape);
        if (values == null && unmapped && name.startsWith("mapping.")) {
            return new HostArray(shape, new float[shape.intCount()]);
        }
        if (values == null) {
            throw new IllegalArgumentException("oracle: the case carries no weights named " + name);
        }
        return values;
    }

    /** Singleton axes may be missing or additional, as rosinality's are. */
    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        String input = inputs.get(name);
        if (input == null || !context.has(input)) {
            return null;
        }
        HostArray stored = host(input);
        if (stored.data().length != shape.count()) {
            throw new IllegalArgumentException(
                    "oracle: weights " + input + " must have shape " + shape + ", got " + stored.shape());
        }
        return new HostArray(shape, stored.data());
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        String input = inputs.get(name);
        return input == null || !context.has(input) ? null : host(input).shape();
    }

    private HostArray host(String input) {
        try {
            return context.host(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
