package org.semblance.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.Generator;
import org.semblance.backend.Precision;
import picocli.CommandLine.Option;

/** Which networks, where they run, and what the generator draws in. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PipelineOptions extends ModelOptions {
    @Option(
            names = "--precision",
            paramLabel = "float32|float16|bfloat16",
            order = 72,
            defaultValue = "float32",
            description = "What the generator draws in; halves on a GPU alone, and many times as fast there (default:"
                    + " ${DEFAULT-VALUE}).")
    private Precision precision;

    /** The whole pipeline. @throws UnsupportedOperationException with the reason if it cannot draw in the precision */
    Disentangler pipeline() throws IOException {
        Disentangler pipeline = Disentangler.load(open(), device());
        try {
            return pipeline.withPrecision(precision);
        } catch (UnsupportedOperationException e) {
            pipeline.close();
            throw e;
        }
    }

    /**
     * The same generator drawing in the precision; closed if it cannot. @throws UnsupportedOperationException as
     * above
     */
    Generator drawing(Generator generator) {
        try {
            return generator.withPrecision(precision);
        } catch (UnsupportedOperationException e) {
            generator.close();
            throw e;
        }
    }

    /** What tells the pictures of one pipeline from another's, where all else is the same. */
    static Map<String, Object> settings(Disentangler pipeline) {
        Map<String, Object> settings = new LinkedHashMap<>(settings(pipeline.model()));
        settings.putAll(settings(pipeline.generator()));
        return settings;
    }

    /** The precision, where it is not that of every backend. */
    static Map<String, Object> settings(Generator generator) {
        Precision drawn = generator.precision();
        return drawn == Precision.FLOAT32 ? Map.of() : Map.of("precision", drawn.name());
    }
}
