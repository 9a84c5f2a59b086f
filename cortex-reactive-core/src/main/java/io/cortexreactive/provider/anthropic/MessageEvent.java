package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.wire.WireJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * One event of a stream. Those with a piece of content, of which there are thousands, are read without making a tree;
 * of the others there are a few for each answer. Used again for each event.
 */
final class MessageEvent {

    private byte[] json = {};
    private int length;

    private String type = "";
    private int index;
    private String deltaType = "";
    private String piece = "";

    /** @throws tools.jackson.core.JacksonException if this is not the JSON that it should be */
    void read(byte[] data, int size) {
        json = data;
        length = size;
        type = "";
        index = 0;
        deltaType = "";
        piece = "";
        try (JsonParser parser = WireJson.parser(data, 0, size)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "An event is no JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                readField(parser);
            }
            if (parser.nextToken() != null) {
                throw new StreamReadException(parser, "Something follows the event's JSON object");
            }
        }
    }

    private void readField(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
            case "type" -> type = text(parser);
            case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
            case "delta" -> readDelta(parser);
            default -> {}
        }
        parser.skipChildren();
    }

    private static String text(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    /** A delta has one of the texts, and its type says which. */
    private void readDelta(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "type" -> deltaType = text(parser);
                case "text", "thinking", "partial_json", "signature" -> piece = text(parser);
                default -> {}
            }
            parser.skipChildren();
        }
    }

    /** Empty if it does not say. */
    String type() {
        return type;
    }

    /** Of the content block that it belongs to. */
    int index() {
        return index;
    }

    /** Empty if there is no delta. */
    String deltaType() {
        return deltaType;
    }

    /** What the delta adds; empty where it is none of those that are known. */
    String piece() {
        return piece;
    }

    /** The object in a field; empty if there is none. */
    Map<?, ?> object(String name) {
        Map<String, Object> fields = WireJson.object(json, 0, length);
        @Nullable Object value = fields == null ? null : fields.get(name);
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
