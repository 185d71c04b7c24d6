package org.semblance.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String TEXT =
            "{\"a\": [1, -2.5, \"x\", true, null, 3.0], \"b\": {\"c\": 12345678901}, \"n\": null}";

    @Test
    void readsEveryKindOfValue() throws IOException {
        Json json = Json.parse(TEXT, "t");
        assertThat(json.keys()).containsExactly("a", "b", "n");
        assertThat(json.size()).isEqualTo(3);
        assertThat(json.get("a").at(0).asInt()).isEqualTo(1);
        assertThat(json.get("a").at(1).asDouble()).isEqualTo(-2.5);
        assertThat(json.get("a").at(2).asString()).isEqualTo("x");
        assertThat(json.get("a").at(3).asBoolean()).isTrue();
        assertThat(json.get("a").at(4).isNull()).isTrue();
        assertThat(json.get("a").at(5).asInt()).isEqualTo(3);
        assertThat(json.get("b").get("c").asLong()).isEqualTo(12345678901L);
        assertThat(json.get("a").elements()).hasSize(6);
        assertThat(json.find("b")).isPresent();
        assertThat(json.find("n")).isEmpty();
        assertThat(json.find("z")).isEmpty();
        assertThat(json.has("n")).isTrue();
        assertThat(List.of(
                        json.isObject(), json.get("a").isArray(), json.isString(), json.isNumber(), json.isBoolean()))
                .containsExactly(true, true, false, false, false);
    }

    @Test
    void readsArraysOfOneKind() throws IOException {
        Json json = Json.parse("{\"i\":[1,2],\"d\":[0.5,1],\"s\":[\"a\",\"b\"]}", "t");
        assertThat(json.get("i").asInts()).containsExactly(1, 2);
        assertThat(json.get("d").asDoubles()).containsExactly(0.5, 1);
        assertThat(json.get("s").asStrings()).containsExactly("a", "b");
    }

    @Test
    void saysWhereAValueIsNotWhatWasExpected() throws IOException {
        Json json = Json.parse(TEXT, "model.json");
        says(() -> json.get("a").at(0).asString(), "model.json: /a/0: expected a string, got a number");
        says(() -> json.get("a").at(1).asInt(), "model.json: /a/1: expected an integer, got -2.5");
        says(() -> json.get("b").get("c").asInt(), "model.json: /b/c: expected an integer of 32 bits, got 12345678901");
        says(() -> json.get("a").at(2).asDouble(), "model.json: /a/2: expected a number, got a string");
        says(() -> json.get("a").at(4).asBoolean(), "model.json: /a/4: expected a boolean, got null");
        says(() -> json.get("z"), "model.json: /: expected a member named 'z', got only [a, b, n]");
        says(() -> json.get("a").at(6), "model.json: /a: expected an element 6, got 6 elements");
        says(() -> json.at(0), "model.json: /: expected an array, got an object");
        says(() -> json.get("a").keys(), "model.json: /a: expected an object, got an array");
        says(() -> json.get("a").at(3).asLong(), "model.json: /a/3: expected an integer, got a boolean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,\"a\":2}",
                "1 2",
                "{} x",
                "NaN",
                "[Infinity]",
                "1e999",
                "// c\n1",
                "'a'",
                "{\"a\":\"\u0001\"}"
            })
    void refusesWhatIsNotStrictJson(String text) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Json.parse(text, "f.json"))
                .withMessageStartingWith("f.json: must be JSON, got ");
    }

    @Test
    void refusesDepthAndBytesThatAreNotUtf8() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Json.parse("[".repeat(200_000), "deep"))
                .withMessageContaining("depth");
        byte[] latin1 = {'"', (byte) 0xe9, '"'};
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Json.parse(new ByteArrayInputStream(latin1), "latin"))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void writesWhatItReads(@TempDir Path dir) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a \"quoted\" line\nand \u00e9\u4e16");
        map.put("numbers", new int[] {1, 2});
        map.put("longs", new long[] {1L << 40});
        map.put("doubles", new double[] {1e-5, 0.1});
        map.put("float", 0.1f);
        map.put("list", Arrays.asList(true, null, Map.of("x", 1)));
        map.put("wide", "x".repeat(300));
        map.put("empty", List.of());
        Json json = Json.of(map);
        assertThat(Json.parse(json.compact(), "c")).isEqualTo(json).hasSameHashCodeAs(json);
        assertThat(Json.parse(json.pretty(), "p")).isEqualTo(json);
        Path file = Files.writeString(dir.resolve("x.json"), json.pretty());
        assertThat(Json.parse(file)).isEqualTo(json);
        assertThat(json.get("float").asDouble()).isEqualTo(0.1);
        assertThat(json.compact()).startsWith("{\"text\":").doesNotContain("\n");
    }

    @Test
    void prettyTextKeepsSmallThingsOnOneLine() {
        Json json = Json.of(Map.of("ops", List.of(Map.of("op", "relu"), Map.of("shape", new int[] {1, 2}))));
        assertThat(json.pretty())
                .isEqualTo("{\n  \"ops\": [\n    {\"op\": \"relu\"},\n    {\"shape\": [1, 2]}\n  ]\n}\n");
    }

    @Test
    void changesMakeNewObjects() {
        Json json = Json.of(Map.of("a", 1));
        assertThat(json.with("b", 2).get("b").asInt()).isEqualTo(2);
        assertThat(json.with("a", null).get("a").isNull()).isTrue();
        assertThat(json.keys()).containsExactly("a");
    }

    @Test
    void refusesToHoldWhatJsonCannot() {
        says(
                () -> Json.of(Double.NaN),
                "json: values must be maps, lists, strings, booleans or finite numbers, got Double NaN");
        says(() -> Json.of(Map.of(1, 2)), "json: member names must be strings, got 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Json.of(new Object()));
    }

    private static void says(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }
}
