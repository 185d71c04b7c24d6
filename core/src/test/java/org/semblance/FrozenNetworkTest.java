package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.json.Json;
import org.semblance.weights.ModelNetwork;

class FrozenNetworkTest {
    private static final String ENTRY = "{'config': {'resolution': 112, 'crop': [0, 0, 1, 1], 'mean': [127.5],"
            + " 'deviation': [127.5], 'channels': 'rgb', 'normalised': true, 'output': 'fc1'},"
            + " 'network': {'ops': [{'op': 'lrelu', 'slope': 0.1}]}, 'input_range': [-1, 1], 'logits': 3,"
            + " 'licence': 'MIT', 'training': 'none', 'verification': {'tar': 0.9}}";

    private static Json of(String entry, String sha256) throws IOException {
        Json description = Json.parse(entry.replace('\'', '"'), "entry");
        return FrozenNetwork.of(new ModelNetwork("identity", "onnx", "a.onnx", sha256, description));
    }

    private static Json changed(String from, String to) throws IOException {
        assertThat(ENTRY).contains(from);
        return of(ENTRY.replace(from, to), "5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'resolution': 112 | 'resolution': 113",
                "[0, 0, 1, 1] | [0.1, 0, 1, 1]",
                "'mean': [127.5] | 'mean': [128]",
                "'deviation': [127.5] | 'deviation': [128]",
                "'rgb' | 'bgr'",
                "'normalised': true | 'normalised': false",
                "'output': 'fc1' | 'output': 'fc2'",
                "'lrelu' | 'relu'",
                "'slope': 0.1 | 'slope': 0.2",
                "'input_range': [-1, 1] | 'input_range': [0, 1]",
                "'logits': 3 | 'logits': 2"
            })
    void whatIsComputedIsTold(String from, String to) throws IOException {
        assertThat(changed(from, to).get("description"))
                .isNotEqualTo(of(ENTRY, "5").get("description"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'MIT' | 'Apache-2.0'",
                "'training': 'none' | 'training': 'much'",
                "0.9 | 0.8",
                "'input_range': [-1, 1] | 'input_range': [-1.0, 1.0]",
                "{'resolution': 112, 'crop': [0, 0, 1, 1], | {'crop': [0, 0, 1, 1], 'resolution': 112,"
            })
    void whereItComesFromIsNot(String from, String to) throws IOException {
        assertThat(changed(from, to)).isEqualTo(of(ENTRY, "5"));
    }

    @Test
    void weightsAreToldApart() throws IOException {
        assertThat(of(ENTRY, "6")).isNotEqualTo(of(ENTRY, "5"));
        assertThat(of(ENTRY, "6").get("description")).isEqualTo(of(ENTRY, "5").get("description"));
    }
}
