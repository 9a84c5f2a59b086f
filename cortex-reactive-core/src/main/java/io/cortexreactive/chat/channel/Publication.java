package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.ChannelBusyException;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore.Append;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * What one publisher has on its way to the store: one batch at a time, and what comes meanwhile makes up the next. A
 * batch whose answer was not seen is sent again as it was, and counts once.
 */
final class Publication {

    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private static final ErrorInfo CANCELLED =
            new ErrorInfo("publisher_cancelled", "Whoever published to the channel has cancelled.", false);

    /** So many items may wait for the store; then their source does. */
    private static final int AHEAD = 1_024;

    private static final int LARGEST_BATCH = 256;
    private static final long LARGEST_BATCH_CHARS = 1024L * 1024;
    private static final Duration BEAT = ChannelStore.LEASE.dividedBy(3);

    private final String id = Tenancy.newCorrelationId();
    private final ChannelStore store;
    private final ChannelLimits limits;
    private final ChannelKey key;
    private final Runnable onKept;

    /** Whether the channel is its own. */
    private final Sinks.One<Boolean> begun = Sinks.one();

    /** Guarded by this, as all below. */
    private final Deque<Waiting> queue = new ArrayDeque<>();

    private List<Waiting> underWay = List.of();
    private Sinks.Empty<Void> arrival = Sinks.empty();
    private long latest;
    private boolean closed;

    private record Waiting(String json, boolean last, Sinks.Empty<Void> kept) {}

    /** @param onKept is run whenever there is more in the store */
    Publication(ChannelStore store, ChannelLimits limits, ChannelKey key, Runnable onKept) {
        this.store = store;
        this.limits = limits;
        this.key = key;
        this.onKept = onKept;
    }

    /** See {@link io.cortexreactive.chat.Broadcaster#publish}. */
    static Mono<Void> publish(Publication publication, Flux<?> items) {
        return Flux.usingWhen(
                        Mono.just(publication),
                        own -> own.begin().thenMany(Flux.defer(() -> own.keepAll(items))),
                        own -> own.end(null),
                        (own, error) -> own.failed(error),
                        own -> own.end(CANCELLED))
                .then();
    }

    /** Goes on when whoever publishes leaves meanwhile: what has begun is ended. */
    private Mono<Void> begin() {
        Mono<Boolean> begin =
                store.begin(key, id).doOnNext(begun::tryEmitValue).doOnError(error -> begun.tryEmitValue(false));
        return Detached.run(begin)
                .publishOn(Schedulers.parallel())
                .flatMap(mine -> mine ? Mono.empty() : Mono.error(new ChannelBusyException(key.channel())))
                .then(Mono.fromRunnable(onKept));
    }

    private <T> Flux<Void> keepAll(Flux<T> items) {
        return items.<Void>flatMap(this::keep, AHEAD)
                .takeUntilOther(Mono.defer(this::writeNext).repeat());
    }

    /** Completes when the item is kept. */
    private Mono<Void> keep(Object item) {
        Waiting waiting = new Waiting(StoredMessages.item(item, limits), false, Sinks.empty());
        add(waiting);
        return waiting.kept().asMono();
    }

    private void add(Waiting waiting) {
        Sinks.Empty<Void> told;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = waiting.last();
            queue.add(waiting);
            told = arrival;
        }
        told.tryEmitEmpty();
    }

    private Mono<Void> writeNext() {
        Mono<Void> more = arrival();
        return more == null ? write() : more.timeout(BEAT, Mono.defer(this::write));
    }

    /** Null if something is there. */
    private synchronized @Nullable Mono<Void> arrival() {
        if (hasMore()) {
            return null;
        }
        arrival = Sinks.empty();
        return arrival.asMono();
    }

    private synchronized boolean hasMore() {
        return !underWay.isEmpty() || !queue.isEmpty();
    }

    private Mono<Void> write() {
        List<Waiting> batch = batch();
        return store.append(appending(batch))
                .publishOn(Schedulers.parallel())
                .flatMap(kept -> kept ? Mono.empty() : Mono.error(new PublicationLostException(key.channel())))
                .then(Mono.fromRunnable(() -> kept(batch)));
    }

    private synchronized Append appending(List<Waiting> batch) {
        boolean last = !batch.isEmpty() && batch.get(batch.size() - 1).last();
        return new Append(key, id, latest, batch.stream().map(Waiting::json).toList(), last, false);
    }

    private synchronized List<Waiting> batch() {
        if (underWay.isEmpty()) {
            List<Waiting> next = new ArrayList<>();
            long chars = 0;
            while (!queue.isEmpty() && next.size() < Math.min(LARGEST_BATCH, limits.messages())) {
                chars += queue.element().json().length();
                if (chars > Math.min(LARGEST_BATCH_CHARS, limits.bytes()) && !next.isEmpty()) {
                    break;
                }
                next.add(queue.remove());
            }
            underWay = List.copyOf(next);
        }
        return underWay;
    }

    private void kept(List<Waiting> batch) {
        synchronized (this) {
            if (underWay != batch) {
                return;
            }
            latest += batch.size();
            underWay = List.of();
        }
        onKept.run();
        batch.forEach(waiting -> waiting.kept().tryEmitEmpty());
    }

    /** Of a publication that has begun, or is about to. */
    private Mono<Void> end(@Nullable ErrorInfo error) {
        return begun.asMono().flatMap(mine -> mine ? ended(error) : Mono.empty());
    }

    /** Where the store does not hear of it either, the first error is the one to tell; the channel ends as lost. */
    private Mono<Void> failed(Throwable error) {
        return end(ErrorInfo.of(error).shown())
                .doOnError(unsaid -> LOG.warn("The channel of a failed publication could not be ended", unsaid))
                .onErrorComplete();
    }

    /** Whatever is on its way is kept before. */
    private Mono<Void> ended(@Nullable ErrorInfo error) {
        return Mono.defer(() -> {
                    add(new Waiting(StoredMessages.end(error), true, Sinks.empty()));
                    return write();
                })
                .repeat(this::hasMore)
                .then()
                .onErrorComplete(PublicationLostException.class);
    }
}
