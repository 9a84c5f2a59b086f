package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Talks to a model. Every publisher is cold: each subscription is one call, and nothing happens before it. Demand and
 * cancel reach the provider's connection. Signals arrive on the connection's event loop, as with WebClient. Never runs
 * tools: it hands the model's tool calls to the caller. Thread-safe, immutable.
 */
public interface ChatClient {

    /**
     * One whole answer: {@link #stream}, folded. Cancelling cancels the call.
     *
     * @return the answer, or the error that {@link #stream} would give
     */
    Mono<ChatResponse> send(ChatRequest request);

    /**
     * The answer as the model makes it. Ends with {@link io.cortexreactive.message.ChatCompleted} and completion, or
     * with a typed error: {@link io.cortexreactive.provider.ProviderException} and whatever an interceptor raises.
     */
    Flux<ChatChunk> stream(ChatRequest request);

    /** The text deltas alone. */
    default Flux<String> text(ChatRequest request) {
        return stream(request).handle((chunk, texts) -> {
            if (chunk instanceof TextDelta delta) {
                texts.next(delta.text());
            }
        });
    }

    /** The text deltas of the answer to one question. */
    default Flux<String> text(String userText) {
        return text(ChatRequest.of(userText));
    }

    /**
     * What can be asked for: the capabilities of the provider that calls go to, as the tenant of the call has it.
     * Fallbacks may be able to do less.
     *
     * @param model null for the default model
     */
    Mono<ProviderCapabilities> capabilities(@Nullable String model);

    /**
     * The same client on another provider.
     *
     * @throws io.cortexreactive.provider.ProviderNotFoundException if there is none of this id
     */
    ChatClient using(String providerId);

    /**
     * The same client with one more interceptor, outside of those it has, but inside the tenant: it sees whose call it
     * is.
     */
    ChatClient with(ChatInterceptor interceptor);

    /** The same client, whose calls are guarded by these too, besides those that apply to all. */
    default ChatClient withGuardrails(String... ids) {
        List<String> more = List.of(ids);
        return with((request, next) -> next.stream(RequestedGuardrails.add(request, more)));
    }

    /**
     * The same client, with calls protected by these settings instead of those it has, whichever provider they go to. A
     * policy that they share with others also shares what it remembers.
     *
     * @throws io.cortexreactive.provider.ProviderNotFoundException if a fallback names no provider
     */
    ChatClient withResilience(ChatResilience settings);

    /**
     * A client on the default provider of a registry. Before anything else it finds the tenant of a call and puts it,
     * and a correlation id if there is none, into the Context of all interceptors.
     *
     * @param tenants decides who a call is for, and refuses one without a tenant where one is required
     * @param interceptors the chain, outermost first
     */
    static ChatClient create(TenantManager tenants, ProviderRegistry providers, List<ChatInterceptor> interceptors) {
        return new DefaultChatClient(tenants, providers, null, interceptors);
    }
}
