package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.semblance.Deidentification;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Interval;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelSource;

/** A de-identification of which every picture is refused, since no two faces are below the recognisers' thresholds. */
class NobodyDeliveredTest {
    private static final double THRESHOLD = -0.95;

    /** The embedded model, whose recognisers state thresholds that nobody is below. */
    private record Strict(ModelSource embedded) implements ModelSource {
        @Override
        public String name() {
            return "strict";
        }

        @Override
        public InputStream open(String file) throws IOException {
            try (InputStream in = embedded.open(file)) {
                byte[] bytes = in.readAllBytes();
                return new ByteArrayInputStream(file.equals("model.json") ? strict(bytes) : bytes);
            }
        }

        private static byte[] strict(byte[] description) {
            String text = new String(description, StandardCharsets.UTF_8);
            String strict = text.replaceAll("\"threshold\": *[0-9.]+", "\"threshold\": " + THRESHOLD);
            assertThat(strict).isNotEqualTo(text);
            return strict.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void sharesOfNothingAreNotAvailableAndHoldNothing() throws IOException {
        ModelFolder folder = ModelFolder.open(
                new Strict(ModelSource.of(Disentangler.class.getClassLoader(), "org/semblance/models/heads64")));
        try (Disentangler model =
                        Disentangler.load(folder, Device.named(System.getProperty("semblance.backend", "cpu")));
                Evaluator networks = Evaluator.of(model)) {
            EvaluationReport report = Deidentification.run(model, networks, 2, 4, 3, n -> {});
            assertThat(report.figure("delivery/refused_random").map(Interval::value))
                    .hasValue(1.0);
            Json delivery = report.json().get("figures").get("delivery");
            for (String share : new String[] {"pseudonym_repeated", "certificates"}) {
                assertThat(report.figure("delivery/" + share)).isEmpty();
                assertThat(delivery.get(share).get("available").asBoolean()).isFalse();
                assertThat(delivery.get(share).get("note").asString()).endsWith("delivered");
            }
            assertThat(report.json().get("criteria").elements())
                    .filteredOn(c -> c.get("key").asString().startsWith("delivery/"))
                    .hasSize(5)
                    .noneMatch(c -> c.get("holds").asBoolean());
            assertThat(report.json().get("criteria_hold").asBoolean()).isFalse();
        }
    }
}
