package io.cortexreactive.testing;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.MediaSource;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads Bedrock's content blocks. A block of a kind it does not know is passed over. */
final class BedrockContentReader {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private static final Map<String, String> DOCUMENT_TYPES = Map.of(
            "pdf", "application/pdf",
            "csv", "text/csv",
            "doc", "application/msword",
            "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xls", "application/vnd.ms-excel",
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "html", "text/html",
            "txt", "text/plain",
            "md", "text/markdown");

    private final JsonMapper json;

    BedrockContentReader(JsonMapper json) {
        this.json = json;
    }

    List<Content> readAll(JsonNode blocks) {
        List<Content> contents = new ArrayList<>();
        for (JsonNode block : blocks) {
            Content content = read(block);
            if (content != null) {
                contents.add(content);
            }
        }
        return contents;
    }

    private @Nullable Content read(JsonNode block) {
        if (block.has("text")) {
            return new TextContent(block.path("text").asString(""));
        }
        if (block.has("guardContent")) {
            return new TextContent(block.at("/guardContent/text/text").asString(""));
        }
        if (block.has("image")) {
            return image(block.path("image"));
        }
        if (block.has("document")) {
            return document(block.path("document"));
        }
        if (block.has("toolUse")) {
            return call(block.path("toolUse"));
        }
        if (block.has("toolResult")) {
            return result(block.path("toolResult"));
        }
        if (block.has("reasoningContent")) {
            return reasoning(block.path("reasoningContent"));
        }
        return block.has("cachePoint") ? cachePoint(block.path("cachePoint")) : null;
    }

    private static Content image(JsonNode image) {
        String format = image.path("format").asString("");
        return new ImageContent("image/" + format, source(image.path("source")));
    }

    private static Content document(JsonNode document) {
        String format = document.path("format").asString("txt");
        String type = DOCUMENT_TYPES.getOrDefault(format, "application/" + format);
        return new DocumentContent(document.path("name").asString(""), type, source(document.path("source")));
    }

    private static MediaSource source(JsonNode source) {
        if (source.has("s3Location")) {
            return MediaSource.of(URI.create(source.at("/s3Location/uri").asString("")));
        }
        if (source.has("text")) {
            return MediaSource.of(source.path("text").asString("").getBytes(StandardCharsets.UTF_8));
        }
        return MediaSource.of(Base64.getDecoder().decode(source.path("bytes").asString("")));
    }

    private Content call(JsonNode use) {
        return ToolCall.of(use.path("toolUseId").asString(""), use.path("name").asString(""), map(use.path("input")));
    }

    /** A result of one text or one JSON value is that; any other is the list of its parts. */
    private Content result(JsonNode result) {
        List<Object> parts = new ArrayList<>();
        for (JsonNode part : result.path("content")) {
            parts.add(part.has("text") ? part.path("text").asString("") : value(part));
        }
        boolean error = result.path("status").asString("").equals("error");
        return new ToolResultContent(
                result.path("toolUseId").asString(""), parts.size() == 1 ? parts.get(0) : parts, error);
    }

    private Object value(JsonNode part) {
        return json.convertValue(part.has("json") ? part.path("json") : part, Object.class);
    }

    private static Content reasoning(JsonNode reasoning) {
        if (reasoning.has("redactedContent")) {
            return new ReasoningContent(reasoning.path("redactedContent").asString(""), null, true);
        }
        JsonNode text = reasoning.path("reasoningText");
        JsonNode signature = text.path("signature");
        return new ReasoningContent(
                text.path("text").asString(""), signature.isString() ? signature.asString() : null, false);
    }

    private static Content cachePoint(JsonNode point) {
        return switch (point.path("ttl").asString("")) {
            case "5m" -> new CachePoint(Duration.ofMinutes(5));
            case "1h" -> new CachePoint(Duration.ofHours(1));
            default -> CachePoint.create();
        };
    }

    /** A JSON object as a map; empty where there is none. */
    Map<String, Object> map(JsonNode node) {
        return node.isObject() ? json.convertValue(node, MAP) : Map.of();
    }
}
