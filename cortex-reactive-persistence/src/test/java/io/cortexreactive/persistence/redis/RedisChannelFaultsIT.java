package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A server that these tests break while a channel is published and followed. */
class RedisChannelFaultsIT {

    private static final RedisServer SERVER = RedisServer.start();
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int AT_ONCE = 50;
    private static final int KILLS = 20;

    private final RedisClient client = SERVER.client();
    private final RedisClient admin = SERVER.client();
    private final Broadcaster broadcaster =
            RedisBroadcaster.create(client, RedisSettings.defaults().withPrefix("test-" + Tenancy.newCorrelationId()));
    private final Sinks.Many<Object> feed = Sinks.many().unicast().onBackpressureBuffer();
    private int next;

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @AfterEach
    void disconnect() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        admin.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private void feed() {
        for (int i = 0; i < AT_ONCE; i++) {
            feed.tryEmitNext(next++);
        }
    }

    private static <T> T value(CompletableFuture<@Nullable T> future) {
        return Mono.fromFuture(future).blockOptional(LONG).orElseThrow();
    }

    private Flux<ChannelMessage> follow() {
        return broadcaster.follow("answer", null);
    }

    /** What was sent meanwhile is done, though nobody hears of it. */
    private static void killAll(RedisCommands<String, String> commands) {
        commands.dispatch(
                CommandType.CLIENT,
                new StatusOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(20).add("WRITE"));
        commands.clientKill(KillArgs.Builder.typeNormal().skipme());
    }

    private void assertAllOnce(CompletableFuture<@Nullable List<ChannelMessage>> followed) {
        List<ChannelMessage> live = value(followed);
        assertThat(live).hasSize(next + 1);
        assertThat(live.subList(0, next))
                .extracting(ChannelMessage::item)
                .containsExactlyElementsOf(
                        IntStream.range(0, next).mapToObj(Object.class::cast).toList());
        assertThat(follow().collectList().block(LONG)).isEqualTo(live);
    }

    @Test
    void connectionsThatAreKilledLoseAndDuplicateNothing() {
        CompletableFuture<@Nullable List<ChannelMessage>> followed =
                follow().collectList().toFuture();
        CompletableFuture<@Nullable Boolean> published =
                broadcaster.publish("answer", feed.asFlux()).thenReturn(true).toFuture();
        RedisCommands<String, String> commands = admin.connect().sync();
        for (int i = 0; i < KILLS; i++) {
            feed();
            killAll(commands);
        }
        feed.tryEmitComplete();

        assertThat(value(published)).isTrue();
        assertAllOnce(followed);
    }

    @Test
    void aServerThatIsKilledHasWhatItSaidAndThePublicationGoesOn() {
        CompletableFuture<@Nullable List<ChannelMessage>> followed =
                follow().collectList().toFuture();
        CompletableFuture<@Nullable Boolean> published =
                broadcaster.publish("answer", feed.asFlux()).thenReturn(true).toFuture();
        feed();
        follow().take(AT_ONCE).blockLast(LONG);

        SERVER.restart();
        feed();
        feed.tryEmitComplete();

        assertThat(value(published)).isTrue();
        assertAllOnce(followed);
    }
}
