package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How a store lists runs, some of which it may find and not be able to read. */
public final class RunPages {

    private RunPages() {}

    /** One question to the store. */
    @FunctionalInterface
    public interface Fetch {

        /**
         * The runs behind a place, the newest first.
         *
         * @param before behind which run; null for the newest
         * @param count how many at most; fewer mean that there are no more
         */
        Mono<Found> page(@Nullable Cursor before, int count);
    }

    /**
     * What was found.
     *
     * @param places where each stands, whether it can be read or not
     * @param runs those that can be read
     */
    public record Found(List<Cursor> places, List<RunRecord> runs) {

        /** What was found cannot be changed. */
        public Found {
            places = List.copyOf(places);
            runs = List.copyOf(runs);
        }
    }

    /**
     * What {@link RunLog#page} promises: in place of runs that cannot be read come the next ones. A page that fails
     * ends it with its error, and cancel ends the question that is under way.
     */
    public static Flux<RunRecord> read(Query query, Fetch fetch) {
        return page(query.before(), query.limit(), fetch)
                .expand(page -> page.left() == 0 ? Mono.empty() : page(page.last(), page.left(), fetch))
                .concatMapIterable(Page::runs, 1);
    }

    /** @param left how many are missing that there may be */
    private record Page(List<RunRecord> runs, @Nullable Cursor last, int left) {}

    private static Mono<Page> page(@Nullable Cursor before, int count, Fetch fetch) {
        return fetch.page(before, count).map(found -> {
            List<RunRecord> runs = found.runs();
            List<Cursor> places = found.places();
            return places.size() < count
                    ? new Page(runs, before, 0)
                    : new Page(runs, places.get(count - 1), count - runs.size());
        });
    }
}
