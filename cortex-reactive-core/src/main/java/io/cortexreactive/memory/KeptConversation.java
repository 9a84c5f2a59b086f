package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import io.cortexreactive.resilience.Cutoff;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A conversation in a store. */
final class KeptConversation implements Conversation {

    private final Hold hold;
    private final Window window;
    private volatile long position;

    /** What may or may not have been appended, since that was cancelled or failed. */
    private volatile List<Message> uncertain = List.of();

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
            return said.isEmpty() ? Mono.empty() : inHand().then(certain(said)).flatMap(this::store);
        });
    }

    private Mono<Void> inHand() {
        return Mono.defer(() -> closed ? Mono.error(ConversationClosedException::new) : hold.renewIfDue());
    }

    /** What is still to be stored of it: a cancelled run may say again what has reached the store, unknown to it. */
    private Mono<List<Message>> certain(List<Message> said) {
        return uncertain.isEmpty()
                ? Mono.just(said)
                : hold.store().lastPosition(hold.key()).flatMap(last -> resumed(last, said));
    }

    private Mono<List<Message>> resumed(long last, List<Message> said) {
        List<Message> before = uncertain;
        boolean arrived = last == position + before.size();
        if (last != position && !arrived) {
            return Mono.error(new ConversationChangedException(hold.key()));
        }
        uncertain = List.of();
        if (arrived) {
            added(before, last);
        }
        return Mono.just(arrived && said.equals(before) ? List.of() : said);
    }

    private Mono<Void> store(List<Message> said) {
        if (said.isEmpty()) {
            return Mono.empty();
        }
        uncertain = said;
        return hold.store()
                .append(hold.key(), position, said)
                .doOnNext(last -> added(said, last))
                .doOnError(ConversationChangedException.class, changed -> uncertain = List.of())
                .then();
    }

    private void added(List<Message> said, long last) {
        window.add(Units.numbered(said, position));
        position = last;
        uncertain = List.of();
    }

    @Override
    public <T> Flux<T> during(Flux<T> work) {
        Mono<Void> lost = hold.renewals().onErrorComplete().then();
        return Cutoff.on(work, lost, () -> new ConversationChangedException(hold.key()));
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            return hold.release();
        });
    }
}
