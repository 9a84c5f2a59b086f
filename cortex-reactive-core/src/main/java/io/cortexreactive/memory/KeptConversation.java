package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A conversation in a store. */
final class KeptConversation implements Conversation {

    private final Hold hold;
    private final Window window;
    private volatile long position;

    /** How many messages may or may not have been appended, since that was cancelled or failed. */
    private volatile int uncertain;

    private volatile boolean closed;

    KeptConversation(Hold hold, Window window, long position) {
        this.hold = hold;
        this.window = window;
        this.position = position;
    }

    @Override
    public Mono<List<Message>> window() {
        return inHand().then(Mono.defer(window::choose));
    }

    @Override
    public Mono<Void> append(List<Message> messages) {
        List<Message> said = List.copyOf(messages);
        return Mono.defer(() -> {
            Units.requireWhole(said);
            return said.isEmpty() ? Mono.empty() : inHand().then(certain()).then(Mono.defer(() -> store(said)));
        });
    }

    private Mono<Void> inHand() {
        return Mono.defer(() -> closed ? Mono.error(ConversationClosedException::new) : hold.renewIfDue());
    }

    /** What a cancelled run wants to leave follows what it had said, whether or not that has reached the store. */
    private Mono<Void> certain() {
        return Mono.defer(() -> uncertain == 0
                ? Mono.empty()
                : hold.store().lastPosition(hold.key()).flatMap(this::resume));
    }

    private Mono<Void> resume(long last) {
        if (last != position && last != position + uncertain) {
            return Mono.error(new ConversationChangedException(hold.key()));
        }
        position = last;
        uncertain = 0;
        return Mono.empty();
    }

    private Mono<Void> store(List<Message> said) {
        long before = position;
        uncertain = said.size();
        return hold.store()
                .append(hold.key(), before, said)
                .doOnNext(last -> {
                    position = last;
                    uncertain = 0;
                    window.add(Units.numbered(said, before));
                })
                .doOnError(ConversationChangedException.class, changed -> uncertain = 0)
                .then();
    }

    @Override
    public <T> Flux<T> during(Flux<T> work) {
        return Flux.defer(() -> {
            AtomicReference<Throwable> lost = new AtomicReference<>();
            // An error of this would not cancel the work; its end does.
            Mono<Void> untilLost = hold.renewals().then().doOnError(lost::set).onErrorComplete();
            return work.takeUntilOther(untilLost)
                    .concatWith(Mono.defer(() -> Mono.justOrEmpty(lost.get()).flatMap(Mono::error)));
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            return hold.release();
        });
    }
}
