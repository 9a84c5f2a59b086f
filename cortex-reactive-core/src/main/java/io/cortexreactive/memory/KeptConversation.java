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

    /** What was appended last, where whoever said it has cancelled and may not know. */
    private volatile List<Message> unheard = List.of();

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
        List<Message> before = uncertain;
        if (!before.isEmpty()) {
            return hold.store().lastPosition(hold.key()).flatMap(last -> resumed(before, last, said));
        }
        boolean again = said.equals(unheard);
        unheard = List.of();
        return Mono.just(again ? List.of() : said);
    }

    private synchronized Mono<List<Message>> resumed(List<Message> before, long last, List<Message> said) {
        boolean arrived = uncertain.isEmpty() || last == position + before.size();
        if (last != position && !arrived) {
            return Mono.error(new ConversationChangedException(hold.key()));
        }
        if (arrived) {
            added(before, last);
        }
        uncertain = List.of();
        unheard = List.of();
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
                .then()
                .doOnCancel(() -> unheard = said);
    }

    /** Once: the store's answer may come while a cancelled run asks whether it has come. */
    private synchronized void added(List<Message> said, long last) {
        if (uncertain.equals(said)) {
            window.add(Units.numbered(said, position));
            position = last;
            uncertain = List.of();
        }
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
