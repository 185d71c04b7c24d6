package org.semblance.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds {@link Json} trees from untrusted text: strict UTF-8, no name twice, bounded depth and number of values. */
final class JsonReader {
    private static final int MAX_VALUES = 5_000_000;

    private final JsonParser json;
    private int values;

    private JsonReader(JsonParser json) {
        this.json = json;
    }

    /** The value that the text holds, as maps, lists, strings, longs, doubles, booleans and {@link Json.Null}. */
    static Object read(byte[] utf8, String source) throws IOException {
        try (JsonParser parser = JsonTokens.of(utf8)) {
            JsonReader reader = new JsonReader(parser);
            parser.nextToken();
            Object root = reader.value();
            if (parser.nextToken() != null) {
                throw new IOException("more text after the end of the value");
            }
            return root;
        } catch (IOException e) {
            throw new IOException(source + ": must be JSON, got " + JsonTokens.reason(e), e);
        }
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
