package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.channel.ChannelStore.Append;
import io.cortexreactive.chat.channel.ChannelStore.Page;
import io.cortexreactive.chat.channel.ChannelStore.Presence;
import io.cortexreactive.chat.channel.ChannelStore.Stored;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** The end of a channel, at which one look after the other serves all who follow it in this process. */
final class Tail {

    /** An outage of some seconds is ridden out. */
    static final Retry RETRY = Retry.backoff(8, Duration.ofMillis(100))
            .maxBackoff(Duration.ofSeconds(2))
            .filter(StoreUnavailableException.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    static final int PAGE = 256;

    private static final ErrorInfo LOST =
            new ErrorInfo("publication_lost", "Whoever published to the channel was not heard of any more.", true);

    private static final long MOST_CHARS = 1024L * 1024;
    /** Whoever comes back within this time finds it as it was. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);
    private static final long SAY_AGAIN_NANOS = ChannelStore.LEASE.dividedBy(3).toNanos();

    private final ChannelStore store;
    private final ChannelLimits limits;
    private final ChannelKey key;
    private final Tails tails;
    private final Flux<Void> looks;
    private final Pace pace = new Pace();

    /** Guarded by this, as all below. Those of the publication that end with the latest one known. */
    private final Deque<Recent> recent = new ArrayDeque<>();

    private Sinks.Empty<Void> news = Sinks.empty();
    private Sinks.Empty<Void> upcoming = Sinks.empty();
    private final List<Sinks.Empty<Void>> underWay = new ArrayList<>();
    private @Nullable String publication;
    private boolean known;
    private boolean ended;
    private long latest;
    private long recentChars;

    private volatile Sinks.Empty<Void> hint = Sinks.empty();
    private volatile int announced;
    private volatile long announcedAt = System.nanoTime();

    private record Recent(ChannelMessage message, long chars) {}

    /**
     * What is known behind a message.
     *
     * @param covers whether that is all there was at the latest look
     * @param over whether nothing follows them
     * @param news completes with the next look that finds something
     */
    record View(boolean covers, List<ChannelMessage> messages, boolean over, Mono<Void> news) {}

    /** How the channel was at the latest look. */
    record State(@Nullable String publication, long latest) {}

    Tail(ChannelStore store, ChannelLimits limits, ChannelKey key, Tails tails) {
        this.store = store;
        this.limits = limits;
        this.key = key;
        this.tails = tails;
        this.looks = Flux.usingWhen(
                        Mono.just(this),
                        tail -> Mono.defer(tail::look).repeat(),
                        Tail::rest,
                        (tail, error) -> tail.rest(),
                        Tail::rest)
                .publish()
                .refCount(1, GRACE);
    }

    ChannelKey key() {
        return key;
    }

    /** Looks, as long as anybody subscribes to it. Emits nothing, and never completes. */
    Flux<Void> looks() {
        return looks;
    }

    /** Makes it look at once. */
    void hint() {
        hint.tryEmitEmpty();
    }

    synchronized View after(@Nullable String of, long seen) {
        boolean same = known && Objects.equals(publication, of);
        long oldest = latest - recent.size() + 1;
        boolean covers = !known || (same && seen + 1 >= oldest);
        List<ChannelMessage> messages = covers && seen < latest && same
                ? recent.stream().skip(seen + 1 - oldest).map(Recent::message).toList()
                : List.of();
        return new View(covers, messages, same && ended && seen >= latest, news.asMono());
    }

    /** Completes with a look that begins from now on. */
    Mono<Void> fresh() {
        Sinks.Empty<Void> look;
        synchronized (this) {
            look = upcoming;
        }
        hint();
        return look.asMono();
    }

    synchronized State state() {
        return new State(publication, latest);
    }

    private Mono<Void> look() {
        hint = Sinks.empty();
        return store.read(key, begin(), PAGE).retryWhen(RETRY).flatMap(page -> {
            boolean found = take(page);
            return endIfLost(page).then(Mono.defer(this::sayWhoFollows)).then(found ? Mono.empty() : pause());
        });
    }

    /** A look that was cancelled is made up for by the next. */
    private synchronized long begin() {
        underWay.add(upcoming);
        upcoming = Sinks.empty();
        return known ? latest : Long.MAX_VALUE;
    }

    private Mono<Void> pause() {
        return Mono.defer(() -> Mono.delay(untilNext()).takeUntilOther(hint.asMono()))
                .then();
    }

    private Duration untilNext() {
        Duration pause = pace.pause();
        boolean more = tails.followers(key) != announced && pause.compareTo(BETWEEN_CHANGES) > 0;
        return more ? BETWEEN_CHANGES : pause;
    }

    /** Whether there is something new. */
    private boolean take(Page page) {
        List<Sinks.Empty<Void>> told;
        boolean changed;
        synchronized (this) {
            told = new ArrayList<>(underWay);
            underWay.clear();
            boolean same = known && Objects.equals(publication, page.publication());
            changed = same ? add(page) : reset(page);
            if (changed) {
                told.add(news);
                news = Sinks.empty();
            }
        }
        pace.next(changed);
        told.forEach(Sinks.Empty::tryEmitEmpty);
        return changed;
    }

    private boolean reset(Page page) {
        known = true;
        publication = page.publication();
        recent.clear();
        recentChars = 0;
        latest = page.latest();
        ended = page.ended();
        return true;
    }

    private boolean add(Page page) {
        if (page.messages().isEmpty() && page.latest() > latest) {
            return reset(page);
        }
        boolean endedBefore = ended;
        page.messages().forEach(this::add);
        ended = page.ended() && latest == page.latest();
        return !page.messages().isEmpty() || ended != endedBefore;
    }

    private void add(Stored stored) {
        if (stored.number() != latest + 1) {
            recent.clear();
            recentChars = 0;
        }
        latest = stored.number();
        String id = new Position(Objects.requireNonNull(publication), latest).id();
        recent.add(
                new Recent(StoredMessages.read(id, stored.json()), stored.json().length()));
        recentChars += stored.json().length();
        while (recent.size() > Math.min(PAGE, limits.messages()) || (recentChars > MOST_CHARS && recent.size() > 1)) {
            recentChars -= recent.remove().chars();
        }
    }

    /** Whoever comes first does it. */
    private Mono<Void> endIfLost(Page page) {
        String lost = page.publication();
        if (!page.lost() || lost == null) {
            return Mono.empty();
        }
        Append end = new Append(key, lost, page.latest(), List.of(StoredMessages.end(LOST)), true, true);
        return store.append(end)
                .onErrorComplete(StoreUnavailableException.class)
                .then();
    }

    private Mono<Void> sayWhoFollows() {
        long since = System.nanoTime() - announcedAt;
        boolean changed = tails.followers(key) != announced && (announced == 0 || since >= BETWEEN_CHANGES.toNanos());
        return changed || since >= SAY_AGAIN_NANOS ? announce() : Mono.empty();
    }

    /** Where that fails, it is said again later. */
    private Mono<Void> announce() {
        return Mono.defer(() -> {
            Presence presence = tails.presence(key);
            announcedAt = System.nanoTime();
            announced = presence.followers();
            return store.announce(presence).onErrorComplete(StoreUnavailableException.class);
        });
    }

    private Mono<Void> rest() {
        return Mono.defer(() -> tails.forget(this) && announced == 0 ? Mono.empty() : announce());
    }
}
