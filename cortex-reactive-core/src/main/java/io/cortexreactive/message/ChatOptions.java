package io.cortexreactive.message;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the model is to answer. Null means the provider's own default.
 *
 * @param temperature randomness, from 0
 * @param maxTokens the most tokens to answer with
 * @param topP nucleus sampling, 0 to 1
 * @param topK sample from this many tokens
 * @param stopSequences texts that end the answer
 * @param toolChoice whether a tool may, must or must not be called
 * @param providerOptions passed to the provider as they are, for what this library does not name
 */
public record ChatOptions(
        @Nullable Double temperature,
        @Nullable Integer maxTokens,
        @Nullable Double topP,
        @Nullable Integer topK,
        List<String> stopSequences,
        @Nullable ToolChoice toolChoice,
        Map<String, Object> providerOptions) {

    private static final ChatOptions DEFAULTS = builder().build();

    public ChatOptions {
        stopSequences = Copies.list(stopSequences, "stopSequences");
        providerOptions = Copies.map(providerOptions);
    }

    /** Everything as the provider has it. */
    public static ChatOptions defaults() {
        return DEFAULTS;
    }

    /** Starts from the provider's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.temperature = temperature;
        copy.maxTokens = maxTokens;
        copy.topP = topP;
        copy.topK = topK;
        copy.stopSequences = stopSequences;
        copy.toolChoice = toolChoice;
        copy.providerOptions.putAll(providerOptions);
        return copy;
    }

    /** These, for another provider than the one whose own options they hold. */
    public ChatOptions withoutProviderOptions() {
        return new ChatOptions(temperature, maxTokens, topP, topK, stopSequences, toolChoice, Map.of());
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {

        private @Nullable Double temperature;
        private @Nullable Integer maxTokens;
        private @Nullable Double topP;
        private @Nullable Integer topK;
        private List<String> stopSequences = List.of();
        private @Nullable ToolChoice toolChoice;
        private final Map<String, Object> providerOptions = new LinkedHashMap<>();

        private Builder() {}

        /** Randomness, from 0. */
        public Builder temperature(@Nullable Double value) {
            temperature = value;
            return this;
        }

        /** The most tokens to answer with. */
        public Builder maxTokens(@Nullable Integer value) {
            maxTokens = value;
            return this;
        }

        /** Nucleus sampling, 0 to 1. */
        public Builder topP(@Nullable Double value) {
            topP = value;
            return this;
        }

        /** Sample from this many tokens. */
        public Builder topK(@Nullable Integer value) {
            topK = value;
            return this;
        }

        /** Texts that end the answer; replaces those set before. */
        public Builder stopSequences(String... values) {
            stopSequences = List.of(values);
            return this;
        }

        /** Texts that end the answer; replaces those set before. */
        public Builder stopSequences(List<String> values) {
            stopSequences = List.copyOf(values);
            return this;
        }

        /** Whether a tool may, must or must not be called. */
        public Builder toolChoice(@Nullable ToolChoice value) {
            toolChoice = value;
            return this;
        }

        /** Adds one option that goes to the provider as it is. */
        public Builder providerOption(String name, Object value) {
            providerOptions.put(name, value);
            return this;
        }

        /** Adds options that go to the provider as they are. */
        public Builder providerOptions(Map<String, Object> values) {
            providerOptions.putAll(values);
            return this;
        }

        /** The options. */
        public ChatOptions build() {
            return new ChatOptions(temperature, maxTokens, topP, topK, stopSequences, toolChoice, providerOptions);
        }
    }
}
