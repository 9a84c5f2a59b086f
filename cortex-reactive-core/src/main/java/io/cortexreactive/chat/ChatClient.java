package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
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
     * Streams the answer to a channel, which others {@linkplain Broadcaster#follow follow}, from wherever they are and
     * whenever they come. Its items are the chunks; deltas that come together are kept as one. Those who follow are the
     * caller's tenant's.
     *
     * <p>However the call ends, the channel keeps what had come, and ends with it, telling of an error. Cancelling
     * stops the model, whatever the options say; the batch under way is lost then.
     *
     * @return the whole answer, once all of it is in the channel; the error that {@link #stream} would give;
     *     {@link ChannelBusyException}, before the model is asked, if somebody publishes to the channel;
     *     {@link BroadcastStoppedException} if nobody follows any more and the options say that the model is to stop
     *     then
     */
    Mono<ChatResponse> broadcast(String channel, ChatRequest request, BroadcastOptions options);

    /** The same, which finishes whether anybody follows or not. */
    default Mono<ChatResponse> broadcast(String channel, ChatRequest request) {
        return broadcast(channel, request, BroadcastOptions.DEFAULTS);
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

    /** The same as the other {@code create}, with channels of its own, in memory, of which nobody is told. */
    static ChatClient create(TenantManager tenants, ProviderRegistry providers, List<ChatInterceptor> interceptors) {
        return create(tenants, providers, interceptors, Broadcaster.inMemory(), EventPublisher.none());
    }

    /**
     * A client on the default provider of a registry. Before anything else it finds the tenant of a call and puts it,
     * and a correlation id if there is none, into the Context of all interceptors.
     *
     * @param tenants decides who a call is for, and refuses one without a tenant where one is required
     * @param interceptors the chain, outermost first
     * @param broadcaster has the channels of {@link #broadcast}
     * @param events is told of broadcasts; of calls, {@link ChatInterceptors#events} tells
     */
    static ChatClient create(
            TenantManager tenants,
            ProviderRegistry providers,
            List<ChatInterceptor> interceptors,
            Broadcaster broadcaster,
            EventPublisher events) {
        return new DefaultChatClient(tenants, providers, null, interceptors, new Broadcasts(broadcaster, events));
    }
}
