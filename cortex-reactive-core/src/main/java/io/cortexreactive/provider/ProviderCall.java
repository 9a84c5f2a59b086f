package io.cortexreactive.provider;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.UnfinishedResponseException;
import io.cortexreactive.provider.ProviderEvent.AfterProviderResponse;
import io.cortexreactive.provider.ProviderEvent.BeforeProviderRequest;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.provider.ProviderEvent.ProviderRateLimited;
import io.cortexreactive.resilience.Relay;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** One call to a provider, told as events. One subscription, one call. */
final class ProviderCall {

    private final EventPublisher events;
    private final EventScope scope;
    private final Provider provider;
    private final ChatRequest request;
    private final long startedNanos = System.nanoTime();

    /** Always kept, because whoever subscribes during the call gets the whole answer too. */
    private final ChatAccumulator answer = new ChatAccumulator();

    private boolean complete;

    ProviderCall(EventPublisher events, ContextView context, Provider provider, ChatRequest request) {
        this.events = events;
        scope = EventScope.of(context, request.metadata());
        this.provider = provider;
        this.request = request;
        answer.join(context);
    }

    Flux<ChatChunk> stream() {
        before();
        // Deferred, so that a provider which throws instead of answering is told as any other failure.
        return Relay.<ChatChunk>on(Flux.defer(() -> provider.stream(request)), Watched::new);
    }

    private void chunk(ChatChunk chunk) {
        answer.add(chunk);
        if (chunk instanceof ChatCompleted && !complete) {
            complete = true;
            after(answer::toResponse);
        }
    }

    private void requireEnd() {
        if (!complete) {
            throw incomplete(answer.partialMessage());
        }
    }

    private IncompleteStreamException incomplete(Message partial) {
        ProviderFailure failure = ProviderFailure.of(provider.id(), request.model());
        return new IncompleteStreamException("The stream ended without ChatCompleted", failure, partial, null);
    }

    Mono<ChatResponse> chat() {
        before();
        return Mono.defer(() -> provider.chat(request))
                .onErrorMap(UnfinishedResponseException.class, error -> incomplete(answer.partialMessage()))
                .doOnError(this::tellFailed)
                .doOnNext(response -> after(() -> response));
    }

    private void before() {
        if (events.wants(BeforeProviderRequest.class)) {
            events.publish(new BeforeProviderRequest(scope.next(), provider.id(), request, request.model()));
        }
    }

    private void after(Supplier<ChatResponse> response) {
        if (events.wants(AfterProviderResponse.class)) {
            Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
            events.publish(new AfterProviderResponse(scope.next(), provider.id(), request, response.get(), duration));
        }
    }

    private void tellFailed(Throwable error) {
        if (error instanceof RateLimitedException limited && events.wants(ProviderRateLimited.class)) {
            events.publish(new ProviderRateLimited(
                    scope.next(), provider.id(), limited.retryAfter().orElse(null), limited.requestId()));
        }
        if (events.wants(ProviderError.class)) {
            events.publish(
                    new ProviderError(scope.next(), provider.id(), request, ErrorInfo.of(error), requestId(error)));
        }
    }

    private static @Nullable String requestId(Throwable error) {
        if (error instanceof LimitExceededException limit) {
            return limit.requestId();
        }
        return error instanceof ProviderException ours ? ours.requestId() : null;
    }

    /** The chunks on their way from the provider. */
    private final class Watched extends Relay<ChatChunk> {

        Watched(CoreSubscriber<? super ChatChunk> actual) {
            super(actual, answer.share(actual.currentContext()));
        }

        @Override
        public void onNext(ChatChunk chunk) {
            if (isTooLate(chunk)) {
                return;
            }
            try {
                chunk(chunk);
            } catch (Throwable thrown) {
                fail(chunk, thrown);
                return;
            }
            actual.onNext(chunk);
        }

        @Override
        protected void completed() {
            requireEnd();
        }

        @Override
        protected Throwable failed(Throwable error) {
            tellFailed(error);
            return error;
        }
    }
}
