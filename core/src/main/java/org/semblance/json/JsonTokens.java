package org.semblance.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The tokens of untrusted JSON text: strict UTF-8, no name twice, bounded depth. For text too long to be a tree. */
public final class JsonTokens {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private JsonTokens() {}

    /** A strict parser over UTF-8 text, whatever the text pretends to be encoded in. */
    public static JsonParser of(byte[] utf8) throws IOException {
        return FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder()));
    }

    /** One line that says what the parser did not like, and where. */
    public static String reason(IOException e) {
        if (e instanceof JsonProcessingException bad && bad.getLocation() != null) {
            return bad.getOriginalMessage().replaceAll("\\s+", " ") + " at line "
                    + bad.getLocation().getLineNr() + " column "
                    + bad.getLocation().getColumnNr();
        }
        return e instanceof CharacterCodingException ? "bytes that are not UTF-8" : String.valueOf(e.getMessage());
    }

    /** What a token starts, in words. */
    public static String word(@Nullable JsonToken token) {
        if (token == null) {
            return "the end of the text";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> token.name();
        };
    }
}
