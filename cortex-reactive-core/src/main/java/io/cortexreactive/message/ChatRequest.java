package io.cortexreactive.message;

import io.cortexreactive.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a model.
 *
 * @param messages the conversation; SYSTEM messages in it follow {@code system}
 * @param system the first instruction to the model
 * @param model the provider's model id; null for the provider's default
 * @param options how to answer
 * @param tools what the model may call
 * @param responseSchema the shape of the answer, where it must have one
 * @param metadata for events, traces and interceptors; never sent to a provider
 */
public record ChatRequest(
        List<Message> messages,
        @Nullable String system,
        @Nullable String model,
        ChatOptions options,
        List<ToolDefinition> tools,
        @Nullable Schema responseSchema,
        Map<String, Object> metadata) {

    public ChatRequest {
        messages = Copies.list(messages, "messages");
        options = options == null ? ChatOptions.defaults() : options;
        tools = Copies.list(tools, "tools");
        metadata = Copies.map(metadata);
    }

    /** One question, everything else by default. */
    public static ChatRequest of(String userText) {
        return builder().user(userText).build();
    }

    /** Starts empty. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this request. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.messages = messages;
        copy.system = system;
        copy.model = model;
        copy.options = options;
        copy.tools.addAll(tools);
        copy.responseSchema = responseSchema;
        copy.metadata.putAll(metadata);
        return copy;
    }

    /** {@code system} and the SYSTEM messages, in that order, as one text; null if there is neither. */
    public @Nullable String systemText() {
        String text = Stream.concat(
                        Stream.ofNullable(system),
                        messages.stream()
                                .filter(message -> message.role() == Role.SYSTEM)
                                .map(Message::text))
                .collect(Collectors.joining("\n\n"));
        return text.isEmpty() ? null : text;
    }

    /** Collects a request; not thread-safe. */
    public static final class Builder {

        /** What was given at once is kept as it is until something is added, so that a view is not copied. */
        private List<Message> messages = List.of();

        private @Nullable String system;
        private @Nullable String model;
        private ChatOptions options = ChatOptions.defaults();
        private final List<ToolDefinition> tools = new ArrayList<>();
        private @Nullable Schema responseSchema;
        private final Map<String, Object> metadata = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a message. */
        public Builder message(Message message) {
            List<Message> more = messages instanceof ArrayList ? messages : new ArrayList<>(messages);
            more.add(message);
            messages = more;
            return this;
        }

        /** Replaces all messages. */
        public Builder messages(List<Message> values) {
            messages = Copies.list(values, "messages");
            return this;
        }

        /** Replaces all messages. */
        public Builder messages(Message... values) {
            return messages(List.of(values));
        }

        /** Adds what the user says. */
        public Builder user(String text) {
            return message(Message.user(text));
        }

        /** Adds what the model said. */
        public Builder assistant(String text) {
            return message(Message.assistant(text));
        }

        /** The first instruction to the model. */
        public Builder system(@Nullable String text) {
            system = text;
            return this;
        }

        /** The provider's model id. */
        public Builder model(@Nullable String id) {
            model = id;
            return this;
        }

        /** How to answer. */
        public Builder options(ChatOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /** Adds a tool the model may call. */
        public Builder tool(ToolDefinition tool) {
            tools.add(tool);
            return this;
        }

        /** Replaces all tools. */
        public Builder tools(List<ToolDefinition> values) {
            tools.clear();
            tools.addAll(values);
            return this;
        }

        /** The shape the answer must have. */
        public Builder responseSchema(@Nullable Schema schema) {
            responseSchema = schema;
            return this;
        }

        /** Adds one entry for events, traces and interceptors. */
        public Builder metadata(String key, Object value) {
            metadata.put(key, value);
            return this;
        }

        /** Adds entries for events, traces and interceptors. */
        public Builder metadata(Map<String, Object> values) {
            metadata.putAll(values);
            return this;
        }

        /** The request. */
        public ChatRequest build() {
            return new ChatRequest(messages, system, model, options, tools, responseSchema, metadata);
        }
    }
}
