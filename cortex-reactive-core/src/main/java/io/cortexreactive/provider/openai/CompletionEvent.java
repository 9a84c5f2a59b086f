package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * One event of a stream, of which there are thousands, read without making a tree; or a whole answer, which has the
 * same fields but for {@code message} in place of {@code delta}. Used again for each event.
 */
final class CompletionEvent {

    private static final String ERROR = "error";

    private byte[] json = {};
    private int length;

    private boolean hasError;
    private boolean hasUsage;
    private boolean hasChoice;

    private @Nullable String content;
    private @Nullable String reasoning;
    private @Nullable String refusal;
    private @Nullable String finishReason;
    private @Nullable String stopSequence;
    private final List<ToolDelta> tools = new ArrayList<>();
    private final List<ReasoningDetail> details = new ArrayList<>();

    /** These are the same in every event, and so read from the first that tells. */
    private @Nullable String model;

    private @Nullable String fingerprint;
    private @Nullable String serviceTier;

    /** @throws tools.jackson.core.JacksonException if this is not the JSON that it should be */
    void read(byte[] data, int size) {
        json = data;
        length = size;
        forget();
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

    private void forget() {
        hasError = false;
        hasUsage = false;
        forgetChoice();
    }

    private void forgetChoice() {
        hasChoice = false;
        content = null;
        reasoning = null;
        refusal = null;
        finishReason = null;
        stopSequence = null;
        tools.clear();
        details.clear();
    }

    private void readField(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
            case "choices" -> readChoices(parser);
            case "usage" -> hasUsage = value == JsonToken.START_OBJECT;
            case ERROR -> hasError |= value != JsonToken.VALUE_NULL;
            case "object" -> hasError |= isText(value) && isError(parser);
            case "model" -> model = first(model, parser);
            case "system_fingerprint" -> fingerprint = first(fingerprint, parser);
            case "service_tier" -> serviceTier = first(serviceTier, parser);
            default -> {}
        }
        parser.skipChildren();
    }

    /** Every event has the field, so that a text is made of it only if need be. */
    private static boolean isError(JsonParser parser) {
        return parser.getStringLength() == ERROR.length() && parser.getString().equals(ERROR);
    }

    private static boolean isText(@Nullable JsonToken value) {
        return value == JsonToken.VALUE_STRING;
    }

    /** Azure's first event has the field, but empty. */
    private static @Nullable String first(@Nullable String known, JsonParser parser) {
        if (known != null
                || !isText(parser.currentToken())
                || parser.getString().isEmpty()) {
            return known;
        }
        return parser.getString();
    }

    /** The answer is the choice of index 0; others are only there if somebody asked for several. */
    private void readChoices(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            if (hasChoice) {
                parser.skipChildren();
            } else if (!readChoice(parser)) {
                forgetChoice();
            }
        }
    }

    /** Whether it is the answer's. */
    private boolean readChoice(JsonParser parser) {
        hasChoice = true;
        int index = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "delta", "message" -> readDelta(parser);
                case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
                case "finish_reason" -> finishReason = textOrNull(parser);
                case "stop_reason" -> stopSequence = text(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        return index == 0;
    }

    private static @Nullable String text(JsonParser parser) {
        return isText(parser.currentToken()) ? parser.getString() : null;
    }

    /** Some servers have an empty text for what is not there yet. */
    private static @Nullable String textOrNull(JsonParser parser) {
        String told = text(parser);
        return told == null || told.isBlank() ? null : told;
    }

    private static String textOrEmpty(JsonParser parser) {
        String told = text(parser);
        return told == null ? "" : told;
    }

    private void readDelta(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "content" -> content = text(parser);
                case "reasoning_content", "reasoning" -> readReasoning(parser);
                case "refusal" -> refusal = text(parser);
                case "tool_calls" -> readTools(parser);
                case "function_call" -> readFunctionCall(parser);
                case "reasoning_details" -> readDetails(parser);
                default -> {}
            }
            parser.skipChildren();
        }
    }

    /** Some servers have the same text under both names. */
    private void readReasoning(JsonParser parser) {
        String told = text(parser);
        if (told != null && !told.isEmpty()) {
            reasoning = told;
        }
    }

    private void readTools(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            tools.add(readTool(parser));
        }
    }

    private ToolDelta readTool(JsonParser parser) {
        int index = ToolDelta.NO_INDEX;
        String id = "";
        ToolDelta function = ToolDelta.EMPTY;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : index;
                case "id" -> id = textOrEmpty(parser);
                case "function" -> function = readFunction(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        return new ToolDelta(index, id, function.name(), function.arguments());
    }

    /** The way of calling from before there were tools: one call, without an id. */
    private void readFunctionCall(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            ToolDelta function = readFunction(parser);
            tools.add(new ToolDelta(0, "", function.name(), function.arguments()));
        }
    }

    private ToolDelta readFunction(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return ToolDelta.EMPTY;
        }
        String called = "";
        String arguments = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "name" -> called = textOrEmpty(parser);
                case "arguments" -> arguments = readArguments(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        return new ToolDelta(ToolDelta.NO_INDEX, "", called, arguments);
    }

    /** A text of JSON, or from some servers the JSON itself. */
    private String readArguments(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return textOrEmpty(parser);
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new String(json, from, to - from, StandardCharsets.UTF_8);
    }

    private void readDetails(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            details.add(readDetail(parser));
        }
    }

    private ReasoningDetail readDetail(JsonParser parser) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return ReasoningDetail.of(WireJson.objectOrEmpty(json, from, to));
    }

    boolean hasError() {
        return hasError;
    }

    boolean hasUsage() {
        return hasUsage;
    }

    /** Whether the usage came by itself, which it does at the very end. */
    boolean isUsageAlone() {
        return hasUsage && !hasChoice;
    }

    /** All of it; seldom needed. */
    Map<String, Object> fields() {
        Map<String, Object> fields = WireJson.object(json, 0, length);
        return fields == null ? Map.of() : fields;
    }

    @Nullable
    String content() {
        return content;
    }

    @Nullable
    String reasoning() {
        return reasoning;
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    @Nullable
    String finishReason() {
        return finishReason;
    }

    /** The text that ended the answer; vLLM tells. */
    @Nullable
    String stopSequence() {
        return stopSequence;
    }

    List<ToolDelta> tools() {
        return tools;
    }

    List<ReasoningDetail> details() {
        return details;
    }

    @Nullable
    String model() {
        return model;
    }

    @Nullable
    String fingerprint() {
        return fingerprint;
    }

    @Nullable
    String serviceTier() {
        return serviceTier;
    }

    /**
     * A piece of a tool call; any text of it may be missing, and so empty.
     *
     * @param index which call, in the server's own count
     */
    record ToolDelta(int index, String id, String name, String arguments) {

        static final int NO_INDEX = -1;
        static final ToolDelta EMPTY = new ToolDelta(NO_INDEX, "", "", "");
    }
}
