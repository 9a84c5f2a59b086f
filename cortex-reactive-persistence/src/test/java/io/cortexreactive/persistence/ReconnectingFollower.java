package io.cortexreactive.persistence;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Follows a channel to its end, and loses the connection after a few messages, time and again. */
final class ReconnectingFollower {

    private static final int MOST_AT_ONCE = 5;

    private final List<ChannelMessage> seen = new ArrayList<>();
    private final Broadcaster broadcaster;
    private final String channel;
    private final Random random;
    private final IntConsumer onSeen;
    private int connections;

    /** @param onSeen is told how many messages it has seen, after each */
    ReconnectingFollower(Broadcaster broadcaster, String channel, long seed, IntConsumer onSeen) {
        this.broadcaster = broadcaster;
        this.channel = channel;
        this.random = new Random(seed);
        this.onSeen = onSeen;
    }

    /** Gives itself at the end of the channel. */
    Mono<ReconnectingFollower> toEnd() {
        return Flux.defer(this::connect).repeat(() -> !latest().last()).then(Mono.just(this));
    }

    private Flux<ChannelMessage> connect() {
        connections++;
        return broadcaster
                .follow(channel, seen.isEmpty() ? null : latest().id())
                .take(1 + random.nextInt(MOST_AT_ONCE))
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(this::see);
    }

    private ChannelMessage latest() {
        return seen.get(seen.size() - 1);
    }

    private void see(ChannelMessage message) {
        seen.add(message);
        onSeen.accept(seen.size());
    }

    List<ChannelMessage> seen() {
        return seen;
    }

    int connections() {
        return connections;
    }

    /** The same for two that have seen the same. */
    String told() {
        return "seen " + seen.size() + " messages, " + seen.hashCode();
    }
}
