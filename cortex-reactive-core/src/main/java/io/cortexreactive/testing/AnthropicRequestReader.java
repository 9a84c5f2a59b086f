package io.cortexreactive.testing;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.MediaSource;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request of Anthropic's protocol back into the {@link ChatRequest} it came from. */
final class AnthropicRequestReader {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** What has a place of its own in a {@link ChatRequest}; everything else is an option of the provider. */
    private static final Set<String> KNOWN = Set.of(
            "model",
            "messages",
            "system",
            "stream",
            "temperature",
            "max_tokens",
            "top_p",
            "top_k",
            "stop_sequences",
            "tools",
            "tool_choice");

    private final JsonMapper json;

    AnthropicRequestReader(JsonMapper json) {
        this.json = json;
    }

    boolean isStream(String body) {
        return peek(body).path("stream").asBoolean(false);
    }

    String model(String body) {
        return peek(body).path("model").asString("");
    }

    private JsonNode peek(String body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            return json.missingNode();
        }
    }

    ChatRequest read(String body) {
        return read(peek(body), false);
    }

    /** A request whose tokens are to be counted. */
    ChatRequest readCount(String body) {
        return read(peek(body), true);
    }

    private ChatRequest read(JsonNode root, boolean count) {
        Rules.check(root, count);
        try {
            return request(root);
        } catch (IllegalArgumentException e) {
            throw Rules.invalid("A value in the body is malformed");
        }
    }

    private ChatRequest request(JsonNode root) {
        ChatRequest.Builder request =
                ChatRequest.builder().model(root.path("model").asString("")).options(options(root));
        JsonNode system = root.path("system");
        if (system.isString()) {
            request.system(system.asString());
        } else if (!system.isEmpty()) {
            request.message(new Message(Role.SYSTEM, contents(system), Map.of()));
        }
        for (JsonNode message : root.path("messages")) {
            boolean assistant = message.path("role").asString("").equals("assistant");
            request.message(
                    new Message(assistant ? Role.ASSISTANT : Role.USER, contents(message.path("content")), Map.of()));
        }
        for (JsonNode tool : root.path("tools")) {
            request.tool(new ToolDefinition(
                    tool.path("name").asString(""),
                    tool.path("description").asString(""),
                    Schema.fromMap(map(tool.path("input_schema")))));
        }
        JsonNode schema = root.at("/output_config/format/schema");
        return request.responseSchema(schema.isObject() ? Schema.fromMap(map(schema)) : null)
                .build();
    }

    private List<Content> contents(JsonNode content) {
        List<Content> contents = new ArrayList<>();
        if (content.isString()) {
            contents.add(new TextContent(content.asString()));
        }
        for (JsonNode block : content) {
            Content read = content(block);
            if (read != null) {
                contents.add(read);
            }
            JsonNode mark = block.path("cache_control");
            if (mark.isObject()) {
                contents.add(cachePoint(mark.path("ttl").asString("")));
            }
        }
        return contents;
    }

    private @Nullable Content content(JsonNode block) {
        return switch (block.path("type").asString("")) {
            case "text" -> new TextContent(block.path("text").asString(""));
            case "image" -> image(block.path("source"));
            case "document" -> document(block.path("title").asString(""), block.path("source"));
            case "thinking" ->
                new ReasoningContent(
                        block.path("thinking").asString(""),
                        block.path("signature").asString(""),
                        false);
            case "redacted_thinking" -> new ReasoningContent(block.path("data").asString(""), null, true);
            case "tool_use" ->
                ToolCall.of(block.path("id").asString(""), block.path("name").asString(""), map(block.path("input")));
            case "tool_result" -> result(block);
            default -> null;
        };
    }

    /** A result of one text is that; any other is the JSON as it came. */
    private Content result(JsonNode block) {
        JsonNode content = block.path("content");
        Object result = content.isMissingNode() || content.isString()
                ? content.asString("")
                : json.convertValue(content, Object.class);
        return new ToolResultContent(
                block.path("tool_use_id").asString(""),
                result,
                block.path("is_error").asBoolean(false));
    }

    private static CachePoint cachePoint(String ttl) {
        return switch (ttl) {
            case "5m" -> new CachePoint(Duration.ofMinutes(5));
            case "1h" -> new CachePoint(Duration.ofHours(1));
            default -> CachePoint.create();
        };
    }

    private static Content image(JsonNode source) {
        return new ImageContent(source.path("media_type").asString("image/*"), source(source));
    }

    private static Content document(String title, JsonNode source) {
        return new DocumentContent(title, source.path("media_type").asString("application/pdf"), source(source));
    }

    private static MediaSource source(JsonNode source) {
        String data = source.path("data").asString("");
        return switch (source.path("type").asString("")) {
            case "base64" -> MediaSource.of(Base64.getDecoder().decode(data));
            case "text" -> MediaSource.of(data.getBytes(StandardCharsets.UTF_8));
            default ->
                MediaSource.of(URI.create(
                        source.path("url").asString(source.path("file_id").asString(""))));
        };
    }

    private ChatOptions options(JsonNode root) {
        Map<String, Object> more = new LinkedHashMap<>(map(root));
        more.keySet().removeAll(KNOWN);
        List<String> stops = new ArrayList<>();
        root.path("stop_sequences").forEach(stop -> stops.add(stop.asString("")));
        return ChatOptions.builder()
                .temperature(number(root.path("temperature")))
                .maxTokens(integer(root.path("max_tokens")))
                .topP(number(root.path("top_p")))
                .topK(integer(root.path("top_k")))
                .stopSequences(stops)
                .toolChoice(toolChoice(root.path("tool_choice")))
                .providerOptions(more)
                .build();
    }

    private static @Nullable ToolChoice toolChoice(JsonNode choice) {
        return switch (choice.path("type").asString("")) {
            case "auto" -> ToolChoice.auto();
            case "any" -> ToolChoice.any();
            case "none" -> ToolChoice.none();
            case "tool" -> ToolChoice.tool(choice.path("name").asString(""));
            default -> null;
        };
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : null;
    }

    private static @Nullable Integer integer(JsonNode node) {
        return node.isIntegralNumber() ? node.intValue() : null;
    }

    private Map<String, Object> map(JsonNode node) {
        return node.isObject() ? json.convertValue(node, MAP) : Map.of();
    }

    /** What Anthropic refuses before any model sees it, in its own words where they are known. */
    private static final class Rules {

        private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
        private static final int MAX_MARKS = 4;
        private static final int LEAST_BUDGET = 1_024;
        private static final List<String> NOT_COUNTED =
                List.of("max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "metadata");

        private Rules() {}

        static void check(JsonNode root, boolean count) {
            require(root.isObject(), "The request body is not valid JSON");
            require(!root.path("model").asString("").isEmpty(), "model: Field required");
            if (count) {
                NOT_COUNTED.forEach(name -> require(!root.has(name), name + ": Extra inputs are not permitted"));
            } else {
                checkOptions(root);
            }
            checkTools(root);
            checkMessages(root.path("messages"), count);
            int marks = root.findValues("cache_control").size();
            require(
                    marks <= MAX_MARKS,
                    "A maximum of 4 blocks with cache_control may be provided. Found " + marks + ".");
        }

        private static void checkOptions(JsonNode root) {
            int maxTokens = root.path("max_tokens").asInt(0);
            require(root.has("max_tokens"), "max_tokens: Field required");
            require(maxTokens >= 1, "max_tokens: Input should be greater than or equal to 1");
            checkRange(root, "temperature");
            checkRange(root, "top_p");
            for (JsonNode stop : root.path("stop_sequences")) {
                require(!stop.asString("").isBlank(), "stop_sequences: each stop sequence must contain non-whitespace");
            }
            JsonNode budget = root.at("/thinking/budget_tokens");
            require(
                    budget.isMissingNode() || budget.asInt(0) >= LEAST_BUDGET,
                    "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
            require(budget.asInt(0) < maxTokens, "`max_tokens` must be greater than `thinking.budget_tokens`.");
        }

        private static void checkRange(JsonNode root, String name) {
            double value = root.path(name).asDouble(0);
            require(value >= 0 && value <= 1, name + ": range: 0..1");
        }

        private static void checkTools(JsonNode root) {
            Set<String> names = new HashSet<>();
            for (JsonNode tool : root.path("tools")) {
                String name = tool.path("name").asString("");
                require(
                        TOOL_NAME.matcher(name).matches(),
                        "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
                require(names.add(name), "tools: Tool names must be unique.");
                require(
                        tool.has("type")
                                || tool.at("/input_schema/type").asString("").equals("object"),
                        "tools.0.custom.input_schema.type: Input should be 'object'");
            }
            require(
                    !names.isEmpty() || !root.has("tool_choice"),
                    "tool_choice: tool_choice may only be specified while providing tools.");
        }

        private static void checkMessages(JsonNode messages, boolean count) {
            require(!messages.isEmpty(), "messages: at least one message is required");
            require(
                    messages.get(0).path("role").asString("").equals("user"),
                    "messages: first message must use the \"user\" role");
            Set<String> open = Set.of();
            int index = 0;
            for (JsonNode message : messages) {
                String role = message.path("role").asString("");
                String where = "messages." + index++;
                require(
                        role.equals("user") || role.equals("assistant"),
                        where + ".role: Input should be 'user' or 'assistant'");
                open = checkContent(message.path("content"), where, open, count);
            }
        }

        /** Checks one turn; gives the tool calls in it, which the next turn must answer. */
        private static Set<String> checkContent(JsonNode content, String where, Set<String> open, boolean count) {
            boolean text = content.isString() && !content.asString().isEmpty();
            require(text || !content.isEmpty(), where + ": messages must have non-empty content");
            Set<String> calls = new HashSet<>();
            Set<String> missing = new HashSet<>(open);
            boolean resultsOnly = true;
            for (JsonNode block : content) {
                String type = block.path("type").asString("");
                checkBlock(block, type, where, count);
                if (type.equals("tool_result")) {
                    String id = block.path("tool_use_id").asString("");
                    require(
                            resultsOnly && missing.remove(id),
                            where + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id
                                    + ". Each `tool_result` block must have a corresponding `tool_use` block in the"
                                    + " previous message.");
                } else {
                    resultsOnly = false;
                }
                if (type.equals("tool_use")) {
                    calls.add(block.path("id").asString(""));
                }
            }
            require(
                    missing.isEmpty(),
                    where + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                            + String.join(", ", missing));
            return calls;
        }

        private static void checkBlock(JsonNode block, String type, String where, boolean count) {
            switch (type) {
                case "text" ->
                    require(
                            !block.path("text").asString("").isBlank(),
                            where + ": text content blocks must contain non-whitespace text");
                case "thinking" ->
                    require(
                            !block.path("signature").asString("").isEmpty(),
                            where + ".content.thinking.signature: Field required");
                case "tool_use" ->
                    require(
                            block.path("input").isObject(),
                            where + ".content.tool_use.input: Input should be a valid dictionary");
                case "image", "document" ->
                    require(
                            !count || block.at("/source/type").asString("").matches("base64|text"),
                            where + ": only base64 sources can be counted");
                default -> {}
            }
            require(
                    !type.endsWith("thinking") || !block.has("cache_control"),
                    where + ".content." + type + ".cache_control: Extra inputs are not permitted");
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw invalid(otherwise);
            }
        }

        static RefusedRequestException invalid(String message) {
            return new RefusedRequestException(400, "invalid_request_error", message);
        }
    }
}
