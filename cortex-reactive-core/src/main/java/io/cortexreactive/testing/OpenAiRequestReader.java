package io.cortexreactive.testing;

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
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request of OpenAI's protocol back into the {@link ChatRequest} it came from. */
final class OpenAiRequestReader {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final Pattern DATA_URL = Pattern.compile("data:([^;,]*);base64,(.*)", Pattern.DOTALL);

    /** What has a place of its own in a {@link ChatRequest}; everything else is an option of the provider. */
    private static final Set<String> KNOWN = Set.of(
            "model",
            "messages",
            "stream",
            "temperature",
            "max_tokens",
            "max_completion_tokens",
            "top_p",
            "top_k",
            "stop",
            "tools",
            "tool_choice");

    private final JsonMapper json;

    OpenAiRequestReader(JsonMapper json) {
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

    /** A request for embeddings, each of its texts as a message. */
    ChatRequest readEmbedding(String body) {
        JsonNode root = parse(body);
        ChatRequest.Builder request =
                ChatRequest.builder().model(root.path("model").asString(""));
        JsonNode input = root.path("input");
        if (input.isString()) {
            request.user(input.asString());
        }
        input.forEach(text -> request.user(text.asString("")));
        Rules.require(input.isString() || !input.isEmpty(), "'$.input' is invalid. Please check the API reference.");
        return request.options(ChatOptions.builder()
                        .providerOption(
                                "encoding_format", root.path("encoding_format").asString("float"))
                        .build())
                .build();
    }

    ChatRequest read(String body) {
        JsonNode root = parse(body);
        Rules.check(root);
        try {
            return read(root);
        } catch (IllegalArgumentException e) {
            throw Rules.invalid("A value in the body is malformed");
        }
    }

    private JsonNode parse(String body) {
        JsonNode root = peek(body);
        Rules.require(root.isObject(), "We could not parse the JSON body of your request.");
        Rules.require(!root.path("model").asString("").isEmpty(), "you must provide a model parameter");
        return root;
    }

    private ChatRequest read(JsonNode root) {
        ChatRequest.Builder request =
                ChatRequest.builder().model(root.path("model").asString("")).options(options(root));
        boolean first = true;
        for (JsonNode message : root.path("messages")) {
            if (first && message.path("role").asString("").equals("system")) {
                request.system(message.path("content").asString(""));
            } else {
                request.message(message(message));
            }
            first = false;
        }
        for (JsonNode tool : root.path("tools")) {
            JsonNode function = tool.path("function");
            request.tool(new ToolDefinition(
                    function.path("name").asString(""),
                    function.path("description").asString(""),
                    Schema.fromMap(map(function.path("parameters")))));
        }
        JsonNode schema = root.at("/response_format/json_schema/schema");
        return request.responseSchema(schema.isObject() ? Schema.fromMap(map(schema)) : null)
                .build();
    }

    private Message message(JsonNode message) {
        JsonNode content = message.path("content");
        return switch (message.path("role").asString("")) {
            case "assistant" -> new Message(Role.ASSISTANT, assistant(message), Map.of());
            case "tool" -> Message.toolResult(message.path("tool_call_id").asString(""), content.asString(""), false);
            case "user" -> new Message(Role.USER, parts(content), Map.of());
            default -> new Message(Role.SYSTEM, parts(content), Map.of());
        };
    }

    private List<Content> assistant(JsonNode message) {
        List<Content> contents = new ArrayList<>();
        String thought = message.path("reasoning_content")
                .asString(message.path("reasoning").asString(""));
        if (!thought.isEmpty()) {
            contents.add(new ReasoningContent(thought, null, false));
        }
        message.path("reasoning_details").forEach(detail -> contents.add(detail(detail)));
        contents.addAll(parts(message.path("content")));
        message.path("tool_calls").forEach(call -> contents.add(call(call)));
        return contents;
    }

    private static Content detail(JsonNode detail) {
        JsonNode signature = detail.path("signature");
        return detail.has("data")
                ? new ReasoningContent(detail.path("data").asString(""), null, true)
                : new ReasoningContent(
                        detail.path("text").asString(""), signature.isString() ? signature.asString() : null, false);
    }

    private Content call(JsonNode call) {
        JsonNode function = call.path("function");
        JsonNode arguments = peek(function.path("arguments").asString(""));
        return ToolCall.of(call.path("id").asString(""), function.path("name").asString(""), map(arguments));
    }

    private static List<Content> parts(JsonNode content) {
        List<Content> parts = new ArrayList<>();
        if (content.isString()) {
            parts.add(new TextContent(content.asString()));
        }
        for (JsonNode part : content) {
            switch (part.path("type").asString("")) {
                case "text" -> parts.add(new TextContent(part.path("text").asString("")));
                case "image_url" -> parts.add(image(part.at("/image_url/url").asString("")));
                case "file" -> parts.add(file(part.path("file")));
                default -> {}
            }
        }
        return parts;
    }

    private static Content image(String url) {
        Matcher data = DATA_URL.matcher(url);
        return data.matches()
                ? ImageContent.of(data.group(1), Base64.getDecoder().decode(data.group(2)))
                : ImageContent.of("image/*", URI.create(url));
    }

    private static Content file(JsonNode file) {
        Matcher data = DATA_URL.matcher(file.path("file_data").asString(""));
        String name = file.path("filename").asString("");
        return data.matches()
                ? DocumentContent.of(name, data.group(1), Base64.getDecoder().decode(data.group(2)))
                : new DocumentContent(
                        name,
                        "application/pdf",
                        MediaSource.of(URI.create(file.path("file_id")
                                .asString(file.path("file_data").asString("")))));
    }

    private ChatOptions options(JsonNode root) {
        Map<String, Object> more = new LinkedHashMap<>(map(root));
        more.keySet().removeAll(KNOWN);
        List<String> stops = new ArrayList<>();
        if (root.path("stop").isString()) {
            stops.add(root.path("stop").asString());
        }
        root.path("stop").forEach(stop -> stops.add(stop.asString("")));
        JsonNode maxTokens = root.has("max_tokens") ? root.path("max_tokens") : root.path("max_completion_tokens");
        return ChatOptions.builder()
                .temperature(number(root.path("temperature")))
                .maxTokens(integer(maxTokens))
                .topP(number(root.path("top_p")))
                .topK(integer(root.path("top_k")))
                .stopSequences(stops)
                .toolChoice(toolChoice(root.path("tool_choice")))
                .providerOptions(more)
                .build();
    }

    private static @Nullable ToolChoice toolChoice(JsonNode choice) {
        if (choice.isObject()) {
            return ToolChoice.tool(choice.at("/function/name").asString(""));
        }
        return switch (choice.asString("")) {
            case "auto" -> ToolChoice.auto();
            case "required" -> ToolChoice.any();
            case "none" -> ToolChoice.none();
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

    /** What OpenAI refuses before any model sees it. */
    private static final class Rules {

        private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");
        private static final double MAX_TEMPERATURE = 2;

        private Rules() {}

        static void check(JsonNode root) {
            double temperature = root.path("temperature").asDouble(0);
            require(
                    temperature >= 0 && temperature <= MAX_TEMPERATURE,
                    "Invalid 'temperature': it has to be between 0 and 2.");
            require(
                    !(root.has("max_tokens") && root.has("max_completion_tokens")),
                    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
            require(
                    root.path("stream").asBoolean(false) || !root.has("stream_options"),
                    "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
            require(!root.has("tools") || !root.path("tools").isEmpty(), "Invalid 'tools': empty array.");
            require(
                    root.has("tools") || !root.has("tool_choice"),
                    "'tool_choice' is only allowed when 'tools' are specified.");
            checkMessages(root.path("messages"));
        }

        private static void checkMessages(JsonNode messages) {
            require(!messages.isEmpty(), "Invalid 'messages': empty array.");
            Set<String> open = new HashSet<>();
            for (JsonNode message : messages) {
                String role = message.path("role").asString("");
                require(ROLES.contains(role), "Invalid value: '" + role + "' is no role.");
                if (role.equals("tool")) {
                    require(
                            open.remove(message.path("tool_call_id").asString("")),
                            "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.");
                } else {
                    requireAnswered(open);
                    require(hasContent(message), "Invalid value for 'content': expected a string or parts, got null.");
                    message.path("tool_calls")
                            .forEach(call -> open.add(call.path("id").asString("")));
                }
            }
            requireAnswered(open);
        }

        private static boolean hasContent(JsonNode message) {
            JsonNode content = message.path("content");
            boolean parts = content.isArray() && !content.isEmpty();
            return content.isString() || parts || message.has("tool_calls");
        }

        private static void requireAnswered(Set<String> open) {
            require(
                    open.isEmpty(),
                    "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
                            + " 'tool_call_id'. Without a response are: " + String.join(", ", open));
        }

        static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw invalid(otherwise);
            }
        }

        static RefusedRequestException invalid(String message) {
            return new RefusedRequestException(400, "invalid_request_error", message);
        }
    }
}
