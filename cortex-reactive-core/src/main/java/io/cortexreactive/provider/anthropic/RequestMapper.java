package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.WireJson;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Maps a request to Messages' terms, and refuses what cannot be said in them. No I/O. */
final class RequestMapper {

    /** What an answer may have of a model that is known; most callers would rather not have it cut. */
    private static final int MAX_TOKENS = 32_000;

    private static final int MAX_TOKENS_OF_UNKNOWN = 8_192;

    /** What a count depends on; it takes nothing else. */
    private static final Set<String> COUNTED = Set.of(
            "model",
            "messages",
            "system",
            "tools",
            "tool_choice",
            "thinking",
            "output_config",
            "cache_control",
            "context_management",
            "mcp_servers");

    private final AnthropicSettings settings;

    RequestMapper(AnthropicSettings settings) {
        this.settings = settings;
    }

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    static void warmUp() {
        AnthropicSettings sample = new AnthropicSettings(
                "warm-up",
                URI.create("http://localhost"),
                null,
                "model",
                new AnthropicSettings.Common(
                        Map.of(), List.of(), null, ProviderTimeouts.DEFAULTS, ModelCatalog.of(List.of())));
        Schema schema = Schema.object().property("a", Schema.string()).required("a");
        new RequestMapper(sample)
                .map(ChatRequest.builder()
                        .messages(
                                Message.user("Hello?"),
                                Message.assistant(ToolCall.of("id", "tool", Map.of("a", "b"))),
                                Message.toolResult("id", Map.of("a", 1.5), false))
                        .tool(new ToolDefinition("tool", "A tool", schema))
                        .responseSchema(schema)
                        .options(ChatOptions.builder()
                                .temperature(1.0)
                                .maxTokens(1)
                                .stopSequences("END")
                                .build())
                        .build());
    }

    MessagesRequest map(ChatRequest request) {
        return write(request, body -> {});
    }

    /** The same request, for its tokens to be counted. */
    MessagesRequest count(ChatRequest request) {
        return write(request, body -> body.keySet().retainAll(COUNTED));
    }

    private MessagesRequest write(ChatRequest request, Consumer<Map<String, Object>> last) {
        String model = model(request);
        Refusal refusal = new Refusal(ProviderFailure.of(settings.id(), model));
        ProviderOptions options = ProviderOptions.of(request.options().providerOptions(), refusal);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("max_tokens", maxTokens(request, model, options));
        body.put("stream", true);
        addConversation(body, request, options, refusal);
        addOptions(body, request);
        options.addTo(body);
        last.accept(body);
        return new MessagesRequest(model, options.betas(), WireJson.bytes(body));
    }

    private String model(ChatRequest request) {
        String model = request.model() == null ? settings.model() : request.model();
        ProviderFailure failure = ProviderFailure.of(settings.id(), model);
        if (model == null || model.isBlank()) {
            throw new Refusal(failure)
                    .because("No model is chosen. Name one in the request, or a default with"
                            + " AnthropicProvider.builder().model(..).");
        }
        settings.catalog().requireKnown(model, failure);
        return model;
    }

    private int maxTokens(ChatRequest request, String model, ProviderOptions options) {
        Integer asked = request.options().maxTokens();
        Integer configured = asked == null ? settings.common().maxTokens() : asked;
        if (configured != null) {
            return configured;
        }
        int most = settings.catalog()
                .find(model)
                .map(Model::maxOutputTokens)
                .filter(tokens -> tokens > 0)
                .map(tokens -> Math.min(tokens, MAX_TOKENS))
                .orElse(MAX_TOKENS_OF_UNKNOWN);
        // What the model thinks counts as a part of the answer.
        int budget = options.thinkingBudget();
        return budget < most ? most : Math.addExact(budget, MAX_TOKENS_OF_UNKNOWN);
    }

    /** In the order in which the model reads it, which is what a cache point goes by. */
    private static void addConversation(
            Map<String, Object> body, ChatRequest request, ProviderOptions options, Refusal refusal) {
        CachePoints cache = new CachePoints(refusal);
        ConversationMapper conversation = new ConversationMapper(refusal, cache);
        new ToolMapper(refusal, cache).addTo(body, request);
        cache.mark("toolsCachePoint", options.toolsCachePoint());
        List<Map<String, Object>> system = conversation.system(request);
        cache.mark("systemCachePoint", options.systemCachePoint());
        if (!system.isEmpty()) {
            body.put("system", ConversationMapper.compact(system));
        }
        body.put("messages", conversation.messages(request));
    }

    private static void addOptions(Map<String, Object> body, ChatRequest request) {
        ChatOptions options = request.options();
        put(body, "temperature", options.temperature());
        put(body, "top_p", options.topP());
        put(body, "top_k", options.topK());
        put(body, "stop_sequences", options.stopSequences().isEmpty() ? null : options.stopSequences());
        Schema schema = request.responseSchema();
        if (schema != null) {
            Map<String, Object> format = new LinkedHashMap<>();
            format.put("type", "json_schema");
            format.put("schema", schema.toMap());
            body.put("output_config", Map.of("format", format));
        }
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    /** Refuses a request before any I/O, in the name of the provider it was meant for. */
    record Refusal(ProviderFailure failure) {

        InvalidRequestException because(String reason) {
            return new InvalidRequestException(reason, failure, null);
        }
    }
}
