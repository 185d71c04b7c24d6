package org.semblance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One piece of work that several libraries do.
 *
 * @param benchmark simple name of our benchmark class; a peer's has the peer's name before it
 * @param method benchmark method
 * @param params parameters that determine the work
 * @param required our median over the faster peer's, at most
 */
record Comparison(String benchmark, String method, Map<String, String> params, double required) {
    /** The libraries, ours first. */
    enum Library {
        SEMBLANCE("", ""),
        BYTEDECO("peers.", "Bytedeco"),
        DJL("peers.", "Djl");

        private final String place;
        private final String prefix;

        Library(String place, String prefix) {
            this.place = place;
            this.prefix = prefix;
        }

        /** Full name of a benchmark of this library. */
        String benchmark(Comparison work) {
            return Comparison.class.getPackageName() + "." + place + prefix + work.benchmark + "." + work.method;
        }
    }

    /** Everything that README's table shows. */
    static List<Comparison> all() {
        List<Comparison> all = new ArrayList<>();
        for (String method : List.of("forward", "dataGradient", "weightGradient")) {
            for (String shape : List.of("1x512x16", "1x256x64", "1x128x128", "1x64x256", "4x512x8")) {
                double required = method.equals("forward") ? 0.9 : 1.0;
                all.add(new Comparison("Conv2dBenchmark", method, Map.of("shape", shape), required));
            }
        }
        for (GeneratorPreset preset : GeneratorPreset.values()) {
            for (String batch : List.of("1", "8")) {
                Map<String, String> params = Map.of("preset", preset.name(), "batch", batch);
                all.add(new Comparison("GeneratorBenchmark", "forward", params, 0.9));
                all.add(new Comparison("GeneratorBenchmark", "forwardBackward", params, 1.0));
            }
        }
        return all;
    }

    /** Parameter of a peer that says how it does the work. */
    String formParameter() {
        return params.containsKey("shape") ? "layout" : "variant";
    }

    /** Ways in which a peer does the work; the fastest counts. */
    List<String> peerForms() {
        return params.containsKey("shape") ? List.of("nchw", "nhwc") : List.of("-", "ls");
    }

    /** In words, for a table. */
    String title() {
        String name = benchmark.replace("Benchmark", "");
        return name + " " + method + " "
                + (params.containsKey("shape")
                        ? params.get("shape")
                        : params.get("preset") + " batch " + params.get("batch"));
    }
}
