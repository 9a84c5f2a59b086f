package io.cortexreactive.memory;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How a store that is read over a connection reads a conversation: page by page. */
public final class MessagePages {

    private static final int MESSAGES_AT_ONCE = 200;

    private MessagePages() {}

    /** One question to the store. */
    @FunctionalInterface
    public interface Fetch {

        /**
         * The messages behind a position, in their order.
         *
         * @param count how many at most, which is one at least; fewer mean that there are no more
         */
        Mono<List<StoredMessage>> page(long after, int count);
    }

    /**
     * What {@link ConversationStore#read} promises. Each subscription asks anew; a page is asked for when those before
     * have been taken, and none where no message is wanted or left. A page that fails ends it with its error, and
     * cancel ends the question that is under way.
     */
    public static Flux<StoredMessage> read(long after, int limit, Fetch fetch) {
        return page(after, limit, fetch)
                .expand(page -> page(page.last(), page.left(), fetch))
                .concatMapIterable(Page::messages, 1);
    }

    /** @param left how many there may be more of those that are wanted */
    private record Page(List<StoredMessage> messages, long last, int left) {}

    private static Mono<Page> page(long after, int left, Fetch fetch) {
        int count = Math.min(left, MESSAGES_AT_ONCE);
        return count < 1
                ? Mono.empty()
                : fetch.page(after, count)
                        .map(found -> found.size() < count
                                ? new Page(found, after, 0)
                                : new Page(found, found.get(count - 1).position(), left - count));
    }
}
