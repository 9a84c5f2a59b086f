package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /**
     * Reads by its shape the payload that nearly all frames have,
     * {@code {"contentBlockIndex":0,"delta":{"text":"..."},"p":"abc"}}, which costs a fraction of what a parser does.
     * What differs in the least is left to the parser: other fields, spaces, escapes, anything but ASCII.
     */
    static final class Plain {

        private static final byte[] INDEX = ascii("{\"contentBlockIndex\":");
        private static final byte[] TEXT = ascii(",\"delta\":{\"text\":\"");
        private static final byte[] END = ascii("\"}}");

        /** What hides the length of the text from whoever sees only the size of the packets. */
        private static final byte[] PADDING = ascii("\"},\"p\":\"");

        private static final byte[] PADDING_END = ascii("\"}");
        private static final int MAX_DIGITS = 9;
        private static final int MAX_BYTES = 1024 * 1024;

        private Plain() {}

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        /** Null if it is anything else. */
        static @Nullable TextDelta read(byte[] json, int from, int to) {
            int indexFrom = from + INDEX.length;
            if (to - from > MAX_BYTES || !isAt(json, from, to, INDEX)) {
                return null;
            }
            int indexTo = digitsTo(json, indexFrom, to);
            int textFrom = indexTo + TEXT.length;
            if (!isNumber(json, indexFrom, indexTo) || !isAt(json, indexTo, to, TEXT)) {
                return null;
            }
            int textTo = plainTo(json, textFrom, to);
            if (textTo == textFrom || !isEnd(json, textTo, to)) {
                return null;
            }
            String text = new String(json, textFrom, textTo - textFrom, StandardCharsets.ISO_8859_1);
            return new TextDelta(number(json, indexFrom, indexTo), text);
        }

        private static boolean isAt(byte[] json, int at, int to, byte[] expected) {
            int end = at + expected.length;
            return end <= to && Arrays.equals(json, at, end, expected, 0, expected.length);
        }

        private static int digitsTo(byte[] json, int from, int to) {
            int at = from;
            while (at < to && json[at] >= '0' && json[at] <= '9') {
                at++;
            }
            return at;
        }

        private static boolean isNumber(byte[] json, int from, int to) {
            int digits = to - from;
            return digits == 1 || (digits > 1 && digits <= MAX_DIGITS && json[from] != '0');
        }

        private static int number(byte[] json, int from, int to) {
            int number = 0;
            for (int at = from; at < to; at++) {
                number = number * 10 + json[at] - '0';
            }
            return number;
        }

        /** Bytes beyond ASCII are negative here. */
        private static int plainTo(byte[] json, int from, int to) {
            int at = from;
            while (at < to && json[at] >= ' ' && json[at] != '"' && json[at] != '\\') {
                at++;
            }
            return at;
        }

        private static boolean isEnd(byte[] json, int at, int to) {
            if (isAt(json, at, to, END)) {
                return at + END.length == to;
            }
            if (!isAt(json, at, to, PADDING)) {
                return false;
            }
            int paddingTo = plainTo(json, at + PADDING.length, to);
            return paddingTo + PADDING_END.length == to && isAt(json, paddingTo, to, PADDING_END);
        }
    }
}
