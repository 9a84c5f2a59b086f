package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import reactor.core.publisher.Flux;

record EventsInterceptor(EventPublisher events) implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> new ChatCall(events, context, request).observe(next.stream(request)));
    }
}
