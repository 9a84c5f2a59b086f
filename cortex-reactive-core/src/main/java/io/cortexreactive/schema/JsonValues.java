package io.cortexreactive.schema;

import io.cortexreactive.error.LimitExceededException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns values into JSON trees, within limits. */
final class JsonValues {

    static final int MAX_DEPTH = 100;
    private static final int MAX_VALUES = 1_000_000;
    private static final int MAX_NUMBER_DIGITS = 100;
    private static final int MAX_EXPONENT = 1_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static final JsonMapper MAPPER = ready(JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_DIGITS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build());

    private int values;

    private JsonValues() {}

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private static JsonMapper ready(JsonMapper mapper) {
        Object sample = mapper.readValue("{\"a\":[1,1.5,true,null,\"b\"]}", Object.class);
        mapper.readTree(mapper.writeValueAsString(sample));
        return mapper;
    }

    static String write(Map<String, Object> value) {
        return MAPPER.writeValueAsString(value);
    }

    static @Nullable Object read(String json) {
        return MAPPER.readValue(json, Object.class);
    }

    /**
     * The value as a tree.
     *
     * @throws NoJsonValueException if something in it cannot be said in JSON
     */
    static JsonNode tree(@Nullable Object value) {
        return new JsonValues().convert(value, 1);
    }

    private JsonNode convert(@Nullable Object value, int depth) {
        count(depth);
        if (value == null) {
            return NODES.nullNode();
        }
        if (value instanceof String text) {
            return NODES.stringNode(text);
        }
        if (value instanceof Boolean truth) {
            return NODES.booleanNode(truth);
        }
        if (value instanceof Map<?, ?> map) {
            return object(map, depth);
        }
        return value instanceof Collection<?> list ? array(list, depth) : rarer(value, depth);
    }

    private JsonNode rarer(Object value, int depth) {
        if (value instanceof Number number) {
            JsonNode node = number(number);
            return node == null ? written(value, depth) : node;
        }
        if (value instanceof JsonNode tree) {
            check(tree, depth);
            return tree;
        }
        return written(value, depth);
    }

    private void count(int depth) {
        if (++values > MAX_VALUES) {
            throw new LimitExceededException("Values to validate", MAX_VALUES, values);
        }
        if (depth > MAX_DEPTH) {
            throw new LimitExceededException("Levels of a value to validate", MAX_DEPTH, depth);
        }
    }

    private ObjectNode object(Map<?, ?> map, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            try {
                object.set(String.valueOf(entry.getKey()), convert(entry.getValue(), depth + 1));
            } catch (NoJsonValueException e) {
                throw e.in("." + entry.getKey());
            }
        }
        return object;
    }

    private ArrayNode array(Collection<?> list, int depth) {
        ArrayNode array = NODES.arrayNode(list.size());
        for (Object value : list) {
            try {
                array.add(convert(value, depth + 1));
            } catch (NoJsonValueException e) {
                throw e.in("[" + array.size() + "]");
            }
        }
        return array;
    }

    private static @Nullable JsonNode number(Number value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return NODES.numberNode(value.intValue());
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number.longValue());
        }
        if (value instanceof Double || value instanceof Float) {
            requireFinite(value.doubleValue());
            return value instanceof Float number
                    ? NODES.numberNode(number.floatValue())
                    : NODES.numberNode(value.doubleValue());
        }
        if (value instanceof BigInteger number) {
            return NODES.numberNode(number);
        }
        return value instanceof BigDecimal number ? NODES.numberNode(requireSane(number)) : null;
    }

    private static void requireFinite(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new NoJsonValueException("is " + value + ", which is no number in JSON");
        }
    }

    /** To compare a number of a billion digits takes its digits. */
    private static BigDecimal requireSane(BigDecimal value) {
        long exponent = (long) value.precision() - value.scale();
        if (Math.abs(exponent) > MAX_EXPONENT || Math.abs((long) value.scale()) > MAX_EXPONENT) {
            throw new NoJsonValueException("is a number out of range");
        }
        return value;
    }

    private void check(JsonNode tree, int depth) {
        count(depth);
        if (tree.isObject()) {
            checkProperties(tree, depth);
        } else if (tree.isArray()) {
            checkItems(tree, depth);
        } else if (tree.isNumber()) {
            number(tree.numberValue());
        } else if (tree.isPojo() || tree.isBinary() || tree.isMissingNode()) {
            throw new NoJsonValueException("is a node of Java's, which JSON does not have");
        }
    }

    private void checkProperties(JsonNode object, int depth) {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            try {
                check(property.getValue(), depth + 1);
            } catch (NoJsonValueException e) {
                throw e.in("." + property.getKey());
            }
        }
    }

    private void checkItems(JsonNode array, int depth) {
        for (int i = 0; i < array.size(); i++) {
            try {
                check(array.get(i), depth + 1);
            } catch (NoJsonValueException e) {
                throw e.in("[" + i + "]");
            }
        }
    }

    private JsonNode written(Object value, int depth) {
        try {
            // Not valueToTree: that keeps what is no JSON, such as binary data, as it is.
            JsonNode tree = MAPPER.readTree(MAPPER.writeValueAsString(value));
            check(tree, depth);
            return tree;
        } catch (JacksonException e) {
            throw new NoJsonValueException("cannot be written as JSON: " + e.getOriginalMessage());
        }
    }
}
