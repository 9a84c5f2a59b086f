package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.ChannelTrimmedException;
import io.cortexreactive.chat.UnknownMessageException;
import io.cortexreactive.chat.channel.ChannelStore.Page;
import io.cortexreactive.chat.channel.ChannelStore.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where one subscriber is in a publication. What the tail has no longer, it reads from the store by itself. */
final class Follower {

    private final ChannelStore store;
    private final Tail tail;
    private final @Nullable Position after;

    private @Nullable String publication;
    private long seen;
    private boolean begun;
    private volatile boolean done;

    /** @param after the last message that was seen; null for the beginning */
    Follower(ChannelStore store, Tail tail, @Nullable Position after) {
        this.store = store;
        this.tail = tail;
        this.after = after;
        this.seen = after == null ? 0 : after.number();
    }

    Flux<ChannelMessage> messages() {
        return Flux.defer(this::next).repeat(() -> !done);
    }

    /** Some messages; none if some may have come meanwhile, or none comes any more. */
    private Flux<ChannelMessage> next() {
        if (!begun) {
            return tail.fresh()
                    .publishOn(Schedulers.parallel())
                    .then(Mono.fromRunnable(this::begin))
                    .thenMany(Flux.empty());
        }
        Tail.View view = tail.after(publication, seen);
        if (!view.covers()) {
            return read(view.news());
        }
        if (view.messages().isEmpty()) {
            done = view.over();
            return done ? Flux.empty() : told(view.news());
        }
        return given(view.messages());
    }

    private void begin() {
        Tail.State state = tail.state();
        if (after != null && (!after.publication().equals(state.publication()) || after.number() > state.latest())) {
            throw new UnknownMessageException(tail.key().channel());
        }
        publication = state.publication();
        begun = true;
    }

    private static Flux<ChannelMessage> told(Mono<Void> news) {
        return news.publishOn(Schedulers.parallel()).thenMany(Flux.empty());
    }

    private Flux<ChannelMessage> given(List<ChannelMessage> messages) {
        return Flux.fromIterable(messages).doOnNext(message -> {
            seen++;
            done = message.last();
        });
    }

    private Flux<ChannelMessage> read(Mono<Void> news) {
        return store.read(tail.key(), seen, Tail.PAGE)
                .retryWhen(Tail.RETRY)
                .publishOn(Schedulers.parallel())
                .flatMapMany(page -> take(page, news));
    }

    private Flux<ChannelMessage> take(Page page, Mono<Void> news) {
        if (publication == null) {
            publication = page.publication();
        }
        if (publication == null) {
            return told(news);
        }
        if (!publication.equals(page.publication())) {
            throw new ChannelTrimmedException(tail.key().channel(), null);
        }
        return page.messages().isEmpty() ? nothing(page, news) : given(kept(publication, page.messages()));
    }

    private Flux<ChannelMessage> nothing(Page page, Mono<Void> news) {
        if (seen < page.latest()) {
            throw new ChannelTrimmedException(tail.key().channel(), null);
        }
        done = page.ended();
        return done ? Flux.empty() : told(news);
    }

    private List<ChannelMessage> kept(String of, List<Stored> messages) {
        long first = messages.get(0).number();
        if (first > seen + 1) {
            throw new ChannelTrimmedException(tail.key().channel(), new Position(of, first - 1).id());
        }
        return messages.stream()
                .map(stored -> StoredMessages.read(new Position(of, stored.number()).id(), stored.json()))
                .toList();
    }
}
