package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.provider.wire.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The payload of one {@code contentBlockDelta}, the event of which a stream has thousands, read without making a tree.
 * Used again for each.
 */
final class ContentDelta {

    private int index;
    private boolean hasIndex;
    private boolean hasDelta;
    private @Nullable String text;
    private @Nullable String arguments;
    private @Nullable String thought;
    private @Nullable String signature;
    private byte @Nullable [] redacted;

    /** @throws tools.jackson.core.JacksonException if this is not the JSON that it should be */
    void read(byte[] json, int from, int to) {
        forget();
        try (JsonParser parser = WireJson.parser(json, from, to)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                readField(parser);
            }
        }
    }

    private void forget() {
        hasIndex = false;
        hasDelta = false;
        text = null;
        arguments = null;
        thought = null;
        signature = null;
        redacted = null;
    }

    private void readField(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("contentBlockIndex") && value == JsonToken.VALUE_NUMBER_INT) {
            index = parser.getIntValue();
            hasIndex = index >= 0;
        } else if (name.equals("delta") && value == JsonToken.START_OBJECT) {
            hasDelta = true;
            readDelta(parser);
        } else {
            parser.skipChildren();
        }
    }

    private void readDelta(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("text") && value == JsonToken.VALUE_STRING) {
                text = parser.getString();
            } else if (name.equals("toolUse") && value == JsonToken.START_OBJECT) {
                readToolUse(parser);
            } else if (name.equals("reasoningContent") && value == JsonToken.START_OBJECT) {
                readReasoning(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readToolUse(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals("input")) {
                arguments = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readReasoning(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                parser.skipChildren();
            } else if (name.equals("text")) {
                thought = parser.getString();
            } else if (name.equals("signature")) {
                signature = parser.getString();
            } else if (name.equals("redactedContent")) {
                redacted = parser.getBinaryValue();
            }
        }
    }

    boolean isWhole() {
        return hasIndex && hasDelta;
    }

    /** The chunk it makes, or null; content of a kind that is not known makes none. */
    @Nullable
    ChatChunk addTo(ChunkAssembler assembler) {
        if (text != null) {
            return assembler.text(index, text);
        }
        if (arguments != null) {
            return assembler.arguments(index, arguments);
        }
        if (redacted != null) {
            assembler.redacted(index, redacted);
            return null;
        }
        if (thought != null) {
            return assembler.thought(index, thought);
        }
        return signature == null ? null : assembler.signature(index, signature);
    }
}
