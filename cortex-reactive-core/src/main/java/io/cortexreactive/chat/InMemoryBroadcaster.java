package io.cortexreactive.chat;

import io.cortexreactive.durable.StateJson;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.LimitExceededException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One lock, held for a few steps. Who follows has a number and nothing else; it takes one message after the other, and
 * where there is none leaves a signal, behind which it goes on elsewhere.
 */
final class InMemoryBroadcaster implements Broadcaster {

    private static final ErrorInfo CANCELLED =
            new ErrorInfo("publisher_cancelled", "Whoever published to the channel has cancelled.", false);

    private final ChannelLimits limits;
    private final Clock clock;
    private final Map<ChannelKey, ChannelLog> channels = new HashMap<>();

    /** What each of them counted then; the one that ended first comes first. */
    private final Map<ChannelLog, Long> ended = new LinkedHashMap<>();

    private long bytesEnded;

    InMemoryBroadcaster(ChannelLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public Mono<Void> publish(String channel, Flux<?> items) {
        return Mono.deferContextual(context -> publish(ChannelKey.of(channel, context), items));
    }

    private <T> Mono<Void> publish(ChannelKey key, Flux<T> items) {
        return Flux.usingWhen(
                        Mono.fromSupplier(() -> begin(key)),
                        log -> items.doOnNext(item -> keep(log, item)),
                        log -> end(log, null),
                        (log, error) -> end(log, ErrorInfo.of(error).shown()),
                        log -> end(log, CANCELLED))
                .then();
    }

    @Override
    public Flux<ChannelMessage> follow(String channel, @Nullable String afterId) {
        return Flux.deferContextual(context -> Flux.using(
                () -> new Follower(ChannelKey.of(channel, context), afterId),
                follower -> Mono.defer(follower::next).repeat(() -> !follower.done),
                Follower::leave));
    }

    @Override
    public Flux<Integer> followers(String channel) {
        return Flux.deferContextual(context -> {
            Watch watch = new Watch(ChannelKey.of(channel, context));
            return Mono.defer(watch::next).repeat();
        });
    }

    /** How many channels there is anything of. */
    synchronized int size() {
        return channels.size();
    }

    private synchronized ChannelLog begin(ChannelKey key) {
        forgetOld(clock.instant());
        ChannelLog before = channel(key);
        if (before.isOpen()) {
            throw new ChannelBusyException(key.channel());
        }
        if (before.hasEnded()) {
            forget(before);
        }
        ChannelLog log = channel(key);
        log.begin();
        return log;
    }

    private ChannelLog channel(ChannelKey key) {
        return channels.computeIfAbsent(key, unknown -> new ChannelLog(unknown, limits));
    }

    private void keep(ChannelLog log, Object item) {
        Object plain = StateJson.plain(item, "item");
        long size = ChannelLimits.OVERHEAD + json(plain).bytes();
        if (size > limits.bytes()) {
            throw new LimitExceededException("An item of a channel, bytes", limits.bytes(), size);
        }
        synchronized (this) {
            log.add(plain, size, clock.instant());
        }
    }

    private static StateJson.Json json(@Nullable Object plain) {
        return StateJson.write(Collections.singletonMap("item", plain), Integer.MAX_VALUE);
    }

    private Mono<Void> end(ChannelLog log, @Nullable ErrorInfo error) {
        return Mono.fromRunnable(() -> ended(log, error));
    }

    private synchronized void ended(ChannelLog log, @Nullable ErrorInfo error) {
        Instant now = clock.instant();
        log.end(error, now);
        ended.put(log, log.bytes());
        bytesEnded += log.bytes();
        forgetOld(now);
    }

    private void forgetOld(Instant now) {
        while (!ended.isEmpty()) {
            ChannelLog first = ended.keySet().iterator().next();
            if (bytesEnded <= limits.bytesInAll() && !first.isOver(now)) {
                return;
            }
            forget(first);
        }
    }

    private void forget(ChannelLog log) {
        bytesEnded -= Objects.requireNonNullElse(ended.remove(log), 0L);
        channels.remove(log.key(), log);
        log.clear();
    }

    private void forgetIfUnused(ChannelLog log) {
        if (log.isUnused()) {
            channels.remove(log.key(), log);
        }
    }

    private long number(ChannelKey key, @Nullable String id) {
        ChannelLog log = channels.get(key);
        if (log == null && id != null) {
            throw new UnknownMessageException(key.channel());
        }
        return log == null ? 0 : log.number(id);
    }

    /** Empty once something is told from now on. */
    private <T> Mono<T> told(ChannelLog log, Signals signals) {
        Sinks.Empty<T> signal = signals.next();
        return signal.asMono().publishOn(Schedulers.parallel()).doOnCancel(() -> gone(log, signals, signal));
    }

    private synchronized void gone(ChannelLog log, Signals signals, Sinks.Empty<?> signal) {
        signals.forget(signal);
        forgetIfUnused(log);
    }

    /** Where one subscriber is in a publication. */
    private final class Follower {

        private final ChannelLog log;
        private long seen;
        private volatile boolean done;

        Follower(ChannelKey key, @Nullable String afterId) {
            synchronized (InMemoryBroadcaster.this) {
                forgetOld(clock.instant());
                seen = number(key, afterId);
                log = channel(key);
                log.join();
            }
        }

        /** The next message; empty if one may have come meanwhile, or none comes any more. */
        Mono<ChannelMessage> next() {
            synchronized (InMemoryBroadcaster.this) {
                ChannelMessage next = log.after(seen, clock.instant());
                if (next == null && !log.hasEnded()) {
                    return told(log, log.messages());
                }
                seen++;
                done = next == null || next.last();
                return Mono.justOrEmpty(next);
            }
        }

        void leave() {
            synchronized (InMemoryBroadcaster.this) {
                log.leave();
                forgetIfUnused(log);
            }
        }
    }

    /** How many followers one subscriber knows of. */
    private final class Watch {

        private final ChannelKey key;
        private int known = -1;

        Watch(ChannelKey key) {
            this.key = key;
        }

        Mono<Integer> next() {
            synchronized (InMemoryBroadcaster.this) {
                ChannelLog log = channels.get(key);
                int count = log == null ? 0 : log.followers();
                if (count == known) {
                    return told(channel(key), channel(key).joins());
                }
                known = count;
                return Mono.just(count);
            }
        }
    }
}
