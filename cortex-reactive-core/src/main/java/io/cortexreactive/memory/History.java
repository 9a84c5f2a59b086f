package io.cortexreactive.memory;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a store has of a conversation when it is opened.
 *
 * @param last the position of the latest message
 */
record History(Hold hold, long last) {

    private static final int PAGE = 100;

    /** The messages after a position, none parted from those that may belong to it. */
    Flux<List<StoredMessage>> unitsAfter(long position) {
        return position >= last
                ? Flux.empty()
                : hold.store()
                        .read(hold.key(), position, Integer.MAX_VALUE)
                        .bufferUntil(said -> !Units.mayFollow(said.message()), true);
    }

    /** The first page; empty where there is nothing. */
    Mono<List<StoredMessage>> begin() {
        return hold.store().read(hold.key(), 0, PAGE).collectList();
    }

    /** The messages after a position page by page, the latest page first. Reads a page when it is demanded. */
    Flux<List<StoredMessage>> pagesBackTo(long position) {
        return Flux.<Long, Long>generate(() -> last, (end, pages) -> {
                    if (end > position) {
                        pages.next(end);
                    } else {
                        pages.complete();
                    }
                    return end - PAGE;
                })
                .concatMap(end -> page(Math.max(position, end - PAGE), end), 0)
                .takeWhile(page -> !page.isEmpty());
    }

    private Mono<List<StoredMessage>> page(long after, long upTo) {
        return hold.store().read(hold.key(), after, (int) (upTo - after)).collectList();
    }

    Mono<ConversationSummary> summary() {
        return hold.store().summary(hold.key());
    }

    Mono<Boolean> summarize(long expectedUpTo, ConversationSummary summary) {
        return hold.store().summarize(hold.key(), expectedUpTo, summary);
    }
}
