package io.cortexreactive.testing;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.schema.InvalidSchemaException;
import io.cortexreactive.schema.Schema;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a Bedrock request back into the {@link ChatRequest} it came from. Fields it does not know are passed over. */
final class BedrockRequestReader {

    private static final String TOP_K = "top_k";

    private final JsonMapper json;
    private final BedrockContentReader contents;

    BedrockRequestReader(JsonMapper json) {
        this.json = json;
        this.contents = new BedrockContentReader(json);
    }

    /** A Converse or ConverseStream request. */
    ChatRequest read(String model, String body) {
        return read(model, parse(body));
    }

    /** A CountTokens request, of which there are two kinds: Converse's, and a model's own that is counted as text. */
    ChatRequest readCount(String model, String body) {
        JsonNode input = parse(body).path("input");
        if (input.path("converse").isObject()) {
            return read(model, input.path("converse"));
        }
        String raw = input.path("invokeModel").path("body").asString("");
        if (raw.isEmpty()) {
            throw BedrockRequestRules.invalid("The provided request is not valid: input needs converse or invokeModel");
        }
        int bytes = Base64.getDecoder().decode(raw).length;
        return ChatRequest.builder().model(model).user("x".repeat(bytes)).build();
    }

    /** An InvokeModel request for embeddings, each of its texts as a message, and everything else as an option. */
    ChatRequest readEmbedding(String model, String body) {
        JsonNode root = parse(body);
        BedrockRequestRules.checkEmbedding(model, root);
        ChatRequest.Builder request = ChatRequest.builder().model(model);
        if (root.path("inputText").isString()) {
            request.user(root.path("inputText").asString());
        } else {
            root.path("texts").forEach(text -> request.user(text.asString("")));
        }
        Map<String, Object> options = new LinkedHashMap<>(contents.map(root));
        options.remove("inputText");
        options.remove("texts");
        return request.options(ChatOptions.builder().providerOptions(options).build())
                .build();
    }

    private JsonNode parse(String body) {
        JsonNode root;
        try {
            root = json.readTree(body);
        } catch (JacksonException e) {
            throw new RefusedRequestException(400, "SerializationException", "The body is no JSON");
        }
        if (!root.isObject()) {
            throw new RefusedRequestException(400, "SerializationException", "The body is no JSON object");
        }
        return root;
    }

    private ChatRequest read(String model, JsonNode root) {
        BedrockRequestRules.check(root);
        ChatRequest.Builder request = ChatRequest.builder().model(model).options(options(root));
        readSystem(root.path("system"), request);
        for (JsonNode message : root.path("messages")) {
            readMessage(message, request);
        }
        for (JsonNode tool : root.path("toolConfig").path("tools")) {
            readTool(tool.path("toolSpec"), request);
        }
        return request.responseSchema(responseSchema(root)).build();
    }

    /** The first text is the system text; what follows it are SYSTEM messages. */
    private void readSystem(JsonNode blocks, ChatRequest.Builder request) {
        boolean first = true;
        for (Content content : contents.readAll(blocks)) {
            if (first && content instanceof TextContent text) {
                request.system(text.text());
            } else {
                request.message(new Message(Role.SYSTEM, List.of(content), Map.of()));
            }
            first = false;
        }
    }

    /** Tool results travel in user messages, which have become messages of their own on this side. */
    private void readMessage(JsonNode message, ChatRequest.Builder request) {
        Role speaker = message.path("role").asString("").equals("assistant") ? Role.ASSISTANT : Role.USER;
        List<Content> run = new ArrayList<>();
        Role role = speaker;
        for (Content content : contents.readAll(message.path("content"))) {
            Role next = roleOf(content, role, speaker);
            if (next != role && !run.isEmpty()) {
                request.message(new Message(role, run, Map.of()));
                run.clear();
            }
            role = next;
            run.add(content);
        }
        request.message(new Message(role, run, Map.of()));
    }

    private static Role roleOf(Content content, Role before, Role speaker) {
        if (content instanceof ToolResultContent) {
            return Role.TOOL;
        }
        return content instanceof CachePoint ? before : speaker;
    }

    private void readTool(JsonNode spec, ChatRequest.Builder request) {
        if (spec.isObject()) {
            request.tool(new ToolDefinition(
                    spec.path("name").asString(""),
                    spec.path("description").asString(""),
                    Schema.fromMap(contents.map(spec.path("inputSchema").path("json")))));
        }
    }

    private ChatOptions options(JsonNode root) {
        JsonNode inference = root.path("inferenceConfig");
        Map<String, Object> more = new LinkedHashMap<>(contents.map(root.path("additionalModelRequestFields")));
        ChatOptions.Builder options = ChatOptions.builder()
                .temperature(number(inference.path("temperature")))
                .topP(number(inference.path("topP")))
                .maxTokens(integer(inference.path("maxTokens")))
                .toolChoice(toolChoice(root.path("toolConfig").path("toolChoice")));
        if (more.get(TOP_K) instanceof Integer topK) {
            options.topK(topK);
            more.remove(TOP_K);
        }
        List<String> stops = new ArrayList<>();
        inference.path("stopSequences").forEach(stop -> stops.add(stop.asString("")));
        return options.stopSequences(stops).providerOptions(more).build();
    }

    private static @Nullable ToolChoice toolChoice(JsonNode choice) {
        if (choice.has("auto")) {
            return ToolChoice.auto();
        }
        if (choice.has("any")) {
            return ToolChoice.any();
        }
        return choice.has("tool")
                ? ToolChoice.tool(choice.path("tool").path("name").asString(""))
                : null;
    }

    private static @Nullable Schema responseSchema(JsonNode root) {
        JsonNode schema = root.path("outputConfig")
                .path("textFormat")
                .path("structure")
                .path("jsonSchema")
                .path("schema");
        try {
            return schema.isString() ? Schema.fromJson(schema.asString()) : null;
        } catch (InvalidSchemaException e) {
            throw BedrockRequestRules.invalid("The provided schema is no valid JSON Schema");
        }
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : null;
    }

    private static @Nullable Integer integer(JsonNode node) {
        return node.isIntegralNumber() ? node.intValue() : null;
    }
}
