package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.SimulatedModelServer;
import reactor.core.publisher.Mono;

/** Watches a chat from outside: what happens is told to whoever listens. */
public final class Events {

    private Events() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Events::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        Mono<Void> watching = cortex.events()
                .on(ChatEvent.class)
                .doOnNext(event -> System.out.println(
                        event.meta().sequence() + " " + event.getClass().getSimpleName()))
                .takeUntil(AfterChatReceive.class::isInstance)
                .then();
        Mono<Void> asking = cortex.chat()
                .send(ChatRequest.of("What does a slow event subscriber lose?"))
                .then();

        Mono.when(watching, asking).block();
    }
}
