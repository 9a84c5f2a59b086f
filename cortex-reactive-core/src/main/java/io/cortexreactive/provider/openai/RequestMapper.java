package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.WireJson;
import io.cortexreactive.schema.Schema;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Maps a request to chat completions' terms, and refuses what cannot be said in them. No I/O. */
final class RequestMapper {

    private static final Set<String> RESERVED = Set.of("model", "messages", "stream");
    private static final String STREAM_OPTIONS = "stream_options";

    private final OpenAiSettings settings;

    RequestMapper(OpenAiSettings settings) {
        this.settings = settings;
    }

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    static void warmUp() {
        OpenAiSettings sample = new OpenAiSettings(
                "warm-up",
                URI.create("http://localhost"),
                null,
                "model",
                null,
                null,
                new OpenAiSettings.Common(Map.of(), ProviderTimeouts.DEFAULTS, ModelCatalog.of(List.of())));
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

    CompletionRequest map(ChatRequest request) {
        String model = model(request);
        Refusal refusal = new Refusal(ProviderFailure.of(settings.id(), model));
        OpenAiDialect dialect = settings.dialect();
        boolean streamed = settings.catalog().capabilities(model).has(Capability.STREAMING);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("messages", new MessageMapper(refusal, dialect.reasoningField()).messages(request));
        addStream(body, streamed, dialect);
        addOptions(body, request.options(), dialect);
        new ToolMapper(refusal).addTo(body, request);
        if (request.responseSchema() != null) {
            body.put("response_format", ResponseFormat.of(request.responseSchema()));
        }
        addProviderOptions(body, request.options().providerOptions(), refusal);
        return new CompletionRequest(model, streamed, WireJson.bytes(body));
    }

    private String model(ChatRequest request) {
        String model = request.model() == null ? settings.model() : request.model();
        ProviderFailure failure = ProviderFailure.of(settings.id(), model);
        if (model == null || model.isBlank()) {
            throw new Refusal(failure)
                    .because("No model is chosen. Name one in the request, or a default with"
                            + " OpenAiProvider.builder().model(..).");
        }
        settings.catalog().requireKnown(model, failure);
        return model;
    }

    /** Without asking, most servers tell no usage at the end of a stream. */
    private static void addStream(Map<String, Object> body, boolean streamed, OpenAiDialect dialect) {
        body.put("stream", streamed);
        if (streamed && dialect.streamOptions()) {
            body.put(STREAM_OPTIONS, new HashMap<>(Map.of("include_usage", true)));
        }
    }

    private static void addOptions(Map<String, Object> body, ChatOptions options, OpenAiDialect dialect) {
        put(body, "temperature", options.temperature());
        put(body, dialect.maxTokensField(), options.maxTokens());
        put(body, "top_p", options.topP());
        put(body, "top_k", dialect.topK() ? options.topK() : null);
        put(body, "stop", options.stopSequences().isEmpty() ? null : options.stopSequences());
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static void addProviderOptions(Map<String, Object> body, Map<String, Object> options, Refusal refusal) {
        options.forEach((name, value) -> {
            if (RESERVED.contains(name)) {
                throw refusal.because("Provider option '" + name + "' cannot be set: the request itself says it.");
            }
            if (name.equals(STREAM_OPTIONS) && value instanceof Map<?, ?> more && body.containsKey(name)) {
                Map<Object, Object> joined = new LinkedHashMap<>(Map.of("include_usage", true));
                joined.putAll(more);
                body.put(name, joined);
            } else {
                body.put(name, value);
            }
        });
    }

    /** Refuses a request before any I/O, in the name of the provider it was meant for. */
    record Refusal(ProviderFailure failure) {

        InvalidRequestException because(String reason) {
            return new InvalidRequestException(reason, failure, null);
        }
    }
}
