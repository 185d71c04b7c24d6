package org.semblance.training;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.semblance.json.Json;

/**
 * Settings, records of records, as JSON and back. Members have the names of the records' components; enum constants are
 * written in lower case.
 */
public final class ConfigJson {
    private ConfigJson() {}

    /** A record as JSON, all components written out. */
    public static Json write(Record config) {
        return Json.of(object(config));
    }

    private static Map<String, Object> object(Record config) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (RecordComponent c : config.getClass().getRecordComponents()) {
            members.put(c.getName(), value(component(config, c)));
        }
        return members;
    }

    private static Object value(Object value) {
        if (value instanceof Record record) {
            return object(record);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ConfigJson::value).toList();
        }
        return value instanceof Enum<?> e ? e.name().toLowerCase(Locale.ROOT) : value;
    }

    private static Object component(Record config, RecordComponent c) {
        try {
            return Objects.requireNonNull(c.getAccessor().invoke(config));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("config: cannot read " + c, e);
        }
    }

    /**
     * Settings with the members that the JSON has in place of the base's.
     *
     * @throws IllegalArgumentException naming the place, if a member is unknown, of another kind or out of its range
     */
    public static <T extends Record> T read(Json json, T base) {
        RecordComponent[] components = base.getClass().getRecordComponents();
        List<String> known =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        for (String key : json.keys()) {
            if (!known.contains(key)) {
                throw json.wrong("members of " + known, "'" + key + "'" + Nearest.hint(key, known));
            }
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object before = component(base, components[i]);
            Json given = json.find(components[i].getName()).orElse(null);
            values[i] = given == null ? before : value(given, components[i], before);
        }
        return make(json, base, components, values);
    }

    private static Object value(Json json, RecordComponent component, Object before) {
        if (before instanceof List<?>) {
            Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return list(json, element, (List<?>) before);
        }
        return before instanceof Record record ? read(json, record) : scalar(json, before.getClass());
    }

    /** Records in a list are completed from the first one that the base has. */
    private static List<Object> list(Json json, Class<?> element, List<?> before) {
        List<Object> all = new ArrayList<>();
        for (Json item : json.elements()) {
            boolean nested = element.isRecord() && !before.isEmpty();
            all.add(nested ? read(item, (Record) before.get(0)) : scalar(item, element));
        }
        return all;
    }

    private static Object scalar(Json json, Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return json.asInt();
        }
        if (type == Long.class || type == long.class) {
            return json.asLong();
        }
        if (type == Double.class || type == double.class) {
            return json.asDouble();
        }
        if (type == Boolean.class || type == boolean.class) {
            return json.asBoolean();
        }
        return type == String.class ? json.asString() : constant(json, type);
    }

    private static Object constant(Json json, Class<?> type) {
        Object[] constants =
                type.isEnum() ? type.getEnumConstants() : type.getSuperclass().getEnumConstants();
        String text = json.asString().toUpperCase(Locale.ROOT);
        for (Object constant : Objects.requireNonNull(constants)) {
            if (((Enum<?>) constant).name().equals(text)) {
                return constant;
            }
        }
        throw json.wrong("one of " + Arrays.toString(constants).toLowerCase(Locale.ROOT), "'" + json.asString() + "'");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Record> T make(Json json, T base, RecordComponent[] components, Object[] values) {
        return (T) construct(json, base.getClass(), components, values);
    }

    private static Object construct(Json json, Class<?> type, RecordComponent[] components, Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    json.path() + ": " + e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("config: cannot make " + type, e);
        }
    }
}
