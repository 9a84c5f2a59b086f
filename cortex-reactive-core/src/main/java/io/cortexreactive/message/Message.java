package io.cortexreactive.message;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param content what is said, in order
 * @param metadata for the application; never sent to a provider
 */
public record Message(Role role, List<Content> content, Map<String, Object> metadata) {

    /**
     * Metadata key that is there, and {@code true}, in USER messages that no user wrote, but the loop of an agent: what
     * a tool gave, or what to do next.
     */
    public static final String FROM_AGENT = "fromAgent";

    public Message {
        Objects.requireNonNull(role, "role");
        content = Copies.list(content, "content");
        metadata = Copies.map(metadata);
    }

    /** An instruction to the model. */
    public static Message system(String text) {
        return of(Role.SYSTEM, new TextContent(text));
    }

    /** What the user says. */
    public static Message user(String text) {
        return of(Role.USER, new TextContent(text));
    }

    /** What the user says, with images or documents. */
    public static Message user(Content... content) {
        return of(Role.USER, content);
    }

    /** What the model said. */
    public static Message assistant(String text) {
        return of(Role.ASSISTANT, new TextContent(text));
    }

    /** What the model said, with its reasoning and tool calls. */
    public static Message assistant(Content... content) {
        return of(Role.ASSISTANT, content);
    }

    /** The answer to one tool call. */
    public static Message toolResult(String callId, Object result, boolean error) {
        return of(Role.TOOL, new ToolResultContent(callId, result, error));
    }

    private static Message of(Role role, Content... content) {
        return new Message(role, Arrays.asList(content), Map.of());
    }

    /** All text parts, joined without a separator. Reasoning is not part of it. */
    public String text() {
        return content.stream()
                .filter(TextContent.class::isInstance)
                .map(part -> ((TextContent) part).text())
                .collect(Collectors.joining());
    }

    /** The tool calls in it, in order. */
    public List<ToolCall> toolCalls() {
        return content.stream()
                .filter(ToolCall.class::isInstance)
                .map(ToolCall.class::cast)
                .toList();
    }
}
