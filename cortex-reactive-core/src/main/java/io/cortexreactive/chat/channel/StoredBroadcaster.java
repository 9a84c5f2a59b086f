package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Everything that a store need not know: what is on its way there, and who waits for what comes. */
final class StoredBroadcaster implements Broadcaster {

    private static final Duration BETWEEN_PURGES = Duration.ofMinutes(1);

    private final ChannelStore store;
    private final ChannelLimits limits;
    private final Tails tails;
    private final AtomicLong nextPurge = new AtomicLong(System.nanoTime());

    StoredBroadcaster(ChannelStore store, ChannelLimits limits) {
        this.store = store;
        this.limits = limits;
        this.tails = new Tails(store, limits);
    }

    @Override
    public Mono<Void> publish(String channel, Flux<?> items) {
        return Mono.deferContextual(context -> {
            ChannelKey key = ChannelKey.of(channel, context);
            return Publication.publish(new Publication(store, limits, key, () -> tails.hint(key)), items)
                    .then(purgeNowAndThen());
        });
    }

    /** Where that fails, the next one does it. */
    private Mono<Void> purgeNowAndThen() {
        return Mono.defer(() -> {
            long due = nextPurge.get();
            long now = System.nanoTime();
            return now - due >= 0 && nextPurge.compareAndSet(due, now + BETWEEN_PURGES.toNanos())
                    ? store.purge().onErrorComplete()
                    : Mono.empty();
        });
    }

    @Override
    public Flux<ChannelMessage> follow(String channel, @Nullable String afterId) {
        return Flux.deferContextual(context -> {
            ChannelKey key = ChannelKey.of(channel, context);
            Position after = afterId == null ? null : Position.of(afterId, channel);
            return tails.with(key, tail -> new Follower(store, tail, after).messages());
        });
    }

    @Override
    public Flux<Integer> followers(String channel) {
        return Flux.deferContextual(context -> {
            ChannelKey key = ChannelKey.of(channel, context);
            Pace pace = new Pace();
            AtomicReference<@Nullable Integer> known = new AtomicReference<>();
            return Mono.defer(() -> store.followers(key))
                    .retryWhen(Tail.RETRY)
                    .doOnNext(count -> pace.next(!count.equals(known.getAndSet(count))))
                    .repeatWhen(looks -> looks.concatMap(look -> Mono.delay(pace.pause())))
                    .publishOn(Schedulers.parallel())
                    .distinctUntilChanged()
                    .onBackpressureLatest();
        });
    }
}
