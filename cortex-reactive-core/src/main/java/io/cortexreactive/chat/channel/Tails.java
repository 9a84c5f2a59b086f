package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore.Presence;
import io.cortexreactive.tenant.Tenancy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The channels that somebody follows in this process. */
final class Tails {

    private final ChannelStore store;
    private final ChannelLimits limits;
    private final String process = Tenancy.newCorrelationId();

    /** Guarded by this, as all below. */
    private final Map<ChannelKey, Tail> tails = new HashMap<>();

    private final Map<ChannelKey, Integer> followers = new HashMap<>();
    private long said;

    Tails(ChannelStore store, ChannelLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Follows with the tail of a channel, which looks for what is new as long as anybody does. */
    <T> Flux<T> with(ChannelKey key, Function<Tail, Flux<T>> following) {
        return Flux.defer(() -> {
            Tail tail = join(key);
            AtomicBoolean left = new AtomicBoolean();
            Runnable leave = () -> {
                if (left.compareAndSet(false, true)) {
                    leave(key);
                }
            };
            return following.apply(tail).doOnTerminate(leave).doOnCancel(leave).takeUntilOther(tail.looks());
        });
    }

    private synchronized Tail join(ChannelKey key) {
        followers.merge(key, 1, Integer::sum);
        return tails.computeIfAbsent(key, unknown -> new Tail(store, limits, key, this));
    }

    private synchronized void leave(ChannelKey key) {
        followers.computeIfPresent(key, (known, count) -> count == 1 ? null : count - 1);
    }

    /** Whether nobody follows there any more. */
    synchronized boolean forget(Tail tail) {
        boolean unused = followers(tail.key()) == 0;
        if (unused) {
            tails.remove(tail.key(), tail);
        }
        return unused;
    }

    synchronized int followers(ChannelKey key) {
        return followers.getOrDefault(key, 0);
    }

    /** What is to be said of it now. */
    synchronized Presence presence(ChannelKey key) {
        said++;
        return new Presence(key, process, followers(key), said);
    }

    /** Makes it look at once. */
    void hint(ChannelKey key) {
        Tail tail = known(key);
        if (tail != null) {
            tail.hint();
        }
    }

    private synchronized @Nullable Tail known(ChannelKey key) {
        return tails.get(key);
    }
}
