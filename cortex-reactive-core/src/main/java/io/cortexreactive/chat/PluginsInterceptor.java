package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatHooks.Received;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.plugin.PluginManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What plugins do to a call. Costs nothing where none does anything. */
record PluginsInterceptor(PluginManager plugins) implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.defer(() ->
                isSentAsItIs() ? receive(request, next) : sent(request).flatMapMany(changed -> receive(changed, next)));
    }

    private boolean isSentAsItIs() {
        return plugins.extensions(MessageTransformer.POINT).isEmpty() && !plugins.hasHooks(ChatHooks.BEFORE_SEND);
    }

    private Mono<ChatRequest> sent(ChatRequest request) {
        return plugins.applyExtensions(MessageTransformer.POINT, request, MessageTransformer::transform)
                .flatMap(ready -> plugins.applyHooks(ChatHooks.BEFORE_SEND, ready));
    }

    private Flux<ChatChunk> receive(ChatRequest request, Next next) {
        Flux<ChatChunk> answer = next.stream(request);
        Flux<ChatChunk> processed =
                plugins.extensions(ResponseProcessor.POINT).isEmpty() ? answer : processed(request, answer);
        return plugins.hasHooks(ChatHooks.AFTER_RECEIVE) ? hooked(request, processed) : processed;
    }

    private Flux<ChatChunk> processed(ChatRequest request, Flux<ChatChunk> answer) {
        return plugins.applyExtensions(
                        ResponseProcessor.POINT,
                        answer,
                        (processor, before) -> Mono.just(processor.process(request, before)))
                .flatMapMany(after -> after);
    }

    /** Without prefetching, so that demand stays what the consumer's is. */
    private Flux<ChatChunk> hooked(ChatRequest request, Flux<ChatChunk> answer) {
        return Flux.deferContextual(context -> {
            ChatAccumulator received = new ChatAccumulator();
            received.join(context);
            return answer.contextWrite(received::share)
                    .doOnNext(received::add)
                    .concatMap(
                            chunk -> chunk instanceof ChatCompleted end
                                    ? received(new Received(request, received.toResponse()), end)
                                    : Mono.just(chunk),
                            0);
        });
    }

    private Mono<ChatChunk> received(Received whole, ChatCompleted end) {
        return plugins.applyHooks(ChatHooks.AFTER_RECEIVE, whole)
                .map(seen -> new ChatCompleted(
                        end.stopReason(),
                        end.usage(),
                        end.model(),
                        seen.response().metadata()));
    }
}
