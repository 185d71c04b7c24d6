package org.semblance.weights;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds {@link Json} trees from untrusted text: strict UTF-8, no name twice, bounded depth and number of values. */
final class JsonReader {
    private static final int MAX_VALUES = 5_000_000;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final JsonParser json;
    private int values;

    private JsonReader(JsonParser json) {
        this.json = json;
    }

    /** A strict parser over UTF-8 text, whatever the text pretends to be encoded in. */
    static JsonParser parser(byte[] utf8) throws IOException {
        return FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder()));
    }

    /** The value that the text holds, as maps, lists, strings, longs, doubles, booleans and {@link Json.Null}. */
    static Object read(byte[] utf8, String source) throws IOException {
        try (JsonParser parser = parser(utf8)) {
            JsonReader reader = new JsonReader(parser);
            parser.nextToken();
            Object root = reader.value();
            if (parser.nextToken() != null) {
                throw new IOException("more text after the end of the value");
            }
            return root;
        } catch (IOException e) {
            throw new IOException(source + ": must be JSON, got " + reason(e), e);
        }
    }

    /** One line that says what the parser did not like, and where. */
    static String reason(IOException e) {
        if (e instanceof JsonProcessingException bad && bad.getLocation() != null) {
            return bad.getOriginalMessage().replaceAll("\\s+", " ") + " at line "
                    + bad.getLocation().getLineNr() + " column "
                    + bad.getLocation().getColumnNr();
        }
        return e instanceof CharacterCodingException ? "bytes that are not UTF-8" : String.valueOf(e.getMessage());
    }

    /** What a token starts, in words. */
    static String word(@Nullable JsonToken token) {
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

    private Object value() throws IOException {
        if (++values > MAX_VALUES) {
            throw new IOException("more than " + MAX_VALUES + " values");
        }
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("nothing");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Json.Null.NULL;
            default -> throw new IOException(token.name());
        };
    }

    private Map<String, Object> object() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            map.put(name, value());
        }
        return Collections.unmodifiableMap(map);
    }

    private List<Object> array() throws IOException {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            list.add(value());
        }
        return Collections.unmodifiableList(list);
    }

    private Object integer() throws IOException {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return number();
        }
        return json.getLongValue();
    }

    private Double number() throws IOException {
        double value = Double.parseDouble(json.getText());
        if (Double.isInfinite(value)) {
            throw new IOException("a number beyond the range of a double");
        }
        return value;
    }
}
