package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.WireCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the correlation id along as Bedrock's request metadata, so that Bedrock's invocation log, or the simulated
 * server's journal, can be matched with the answers on the page.
 */
final class CorrelationTag implements ChatInterceptor {

    private static final String OPTION = "requestMetadata";
    private static final String KEY = "correlation_id";

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> Tenancy.correlationId(context)
                .map(id -> next.stream(tagged(request, id)))
                .orElseGet(() -> next.stream(request)));
    }

    private static ChatRequest tagged(ChatRequest request, String id) {
        return request.toBuilder()
                .options(request.options().toBuilder()
                        .providerOption(OPTION, Map.of(KEY, id))
                        .build())
                .build();
    }

    /** The id a call carried; null if none. */
    static @Nullable String of(WireCall call) {
        try {
            return JsonMapper.shared()
                    .readTree(call.body())
                    .path(OPTION)
                    .path(KEY)
                    .asString(null);
        } catch (JacksonException e) {
            return null;
        }
    }
}
