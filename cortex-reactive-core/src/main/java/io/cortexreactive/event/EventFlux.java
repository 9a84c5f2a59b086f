package io.cortexreactive.event;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Gives each subscriber a mailbox of its own. */
final class EventFlux<E extends CortexEvent> extends Flux<E> {

    private final DefaultEventStream view;
    private final Class<E> type;

    private EventFlux(DefaultEventStream view, Class<E> type) {
        this.view = view;
        this.type = type;
    }

    static <E extends CortexEvent> Flux<E> of(DefaultEventStream view, Class<E> type) {
        return onAssembly(new EventFlux<>(view, type));
    }

    @Override
    public void subscribe(CoreSubscriber<? super E> actual) {
        view.hub().open(Mailbox.listening(actual, view, type));
    }
}
