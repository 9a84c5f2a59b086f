package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import reactor.core.publisher.Flux;

record EventsInterceptor(EventPublisher events) implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> new ChatCall(events, EventScope.of(context, request.metadata()), request)
                .observe(next.stream(request)));
    }
}
