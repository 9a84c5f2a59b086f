package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatHooks.Received;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.plugin.PluginManager;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What plugins do to a call. Costs nothing where none does anything. */
record PluginsInterceptor(PluginManager plugins) implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.defer(() -> {
            List<MessageTransformer> transformers = plugins.extensions(MessageTransformer.POINT);
            return transformers.isEmpty() && !plugins.hasHooks(ChatHooks.BEFORE_SEND)
                    ? receive(request, next)
                    : sent(request, transformers).flatMapMany(changed -> receive(changed, next));
        });
    }

    private Mono<ChatRequest> sent(ChatRequest request, List<MessageTransformer> transformers) {
        Mono<ChatRequest> sent = Mono.just(request);
        for (MessageTransformer transformer : transformers) {
            sent = sent.flatMap(before -> transformer.transform(before).defaultIfEmpty(before));
        }
        return sent.flatMap(ready -> plugins.applyHooks(ChatHooks.BEFORE_SEND, ready));
    }

    private Flux<ChatChunk> receive(ChatRequest request, Next next) {
        Flux<ChatChunk> answer = next.stream(request);
        for (ResponseProcessor processor : plugins.extensions(ResponseProcessor.POINT)) {
            answer = processor.process(request, answer);
        }
        return plugins.hasHooks(ChatHooks.AFTER_RECEIVE) ? hooked(request, answer) : answer;
    }

    /** Without prefetching, so that demand stays what the consumer's is. */
    private Flux<ChatChunk> hooked(ChatRequest request, Flux<ChatChunk> answer) {
        ChatAccumulator received = new ChatAccumulator();
        return answer.doOnNext(received::add)
                .concatMap(
                        chunk -> chunk instanceof ChatCompleted end
                                ? received(new Received(request, received.toResponse()), end)
                                : Mono.just(chunk),
                        0);
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
