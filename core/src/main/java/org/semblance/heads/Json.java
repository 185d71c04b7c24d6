package org.semblance.heads;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed JSON value: exactly one of an object, an array, a number or a text. */
record Json(Map<String, Json> fields, List<Json> items, double number, String text) {

    static Json read(InputStream in) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(in)) {
            return value(parser, parser.nextToken());
        }
    }

    private static Json value(JsonParser parser, @Nullable JsonToken token) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            return new Json(object(parser), List.of(), Double.NaN, "");
        }
        if (token == JsonToken.START_ARRAY) {
            return new Json(Map.of(), array(parser), Double.NaN, "");
        }
        if (token != null && token.isNumeric()) {
            return new Json(Map.of(), List.of(), parser.getDoubleValue(), "");
        }
        return new Json(Map.of(), List.of(), Double.NaN, String.valueOf(parser.getText()));
    }

    private static Map<String, Json> object(JsonParser parser) throws IOException {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            fields.put(name, value(parser, parser.nextToken()));
        }
        return fields;
    }

    private static List<Json> array(JsonParser parser) throws IOException {
        List<Json> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return items;
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    Json at(String name) {
        Json value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("heads.json: needs the field " + name + ", got " + fields.keySet());
        }
        return value;
    }

    double number(String name) {
        return at(name).number();
    }

    double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    double[] numbers() {
        return items.stream().mapToDouble(Json::number).toArray();
    }

    List<String> texts() {
        return items.stream().map(Json::text).toList();
    }
}
