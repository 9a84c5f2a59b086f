package io.cortexreactive.persistence.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One connection for all, made when it is needed first: the server does one thing at a time, so more gain nothing. One
 * that gives no answer in time is closed, and another is made: whatever is sent on it would wait behind that.
 */
final class RedisConnections {

    private final RedisClient client;
    private final Duration patience;
    private final AtomicReference<@Nullable CompletableFuture<StatefulRedisConnection<String, String>>> made =
            new AtomicReference<>();

    RedisConnections(RedisClient client, RedisSettings settings) {
        this.client = client;
        this.patience = settings.commandTimeout();
        client.setOptions(options(client.getOptions(), settings));
    }

    /** What is not sent fails at once, instead of being sent at some later time. */
    private static ClientOptions options(ClientOptions own, RedisSettings settings) {
        return own.mutate()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.requests())
                .timeoutOptions(TimeoutOptions.enabled(settings.commandTimeout()))
                .build();
    }

    /** Does something on the connection, on a server that was found fit. */
    <T> Mono<T> on(Function<StatefulRedisConnection<String, String>, Mono<T>> work) {
        return Mono.fromFuture(this::open, true)
                .flatMap(connection -> work.apply(connection)
                        .doOnError(RedisCommandTimeoutException.class, silent -> drop(connection)))
                .onErrorMap(RedisErrors::translate);
    }

    private void drop(StatefulRedisConnection<String, String> silent) {
        CompletableFuture<StatefulRedisConnection<String, String>> known = made.get();
        if (known != null
                && !known.isCompletedExceptionally()
                && known.getNow(null) == silent
                && made.compareAndSet(known, null)) {
            CompletableFuture<?> unused = silent.closeAsync();
        }
    }

    private CompletableFuture<StatefulRedisConnection<String, String>> open() {
        CompletableFuture<StatefulRedisConnection<String, String>> known = made.get();
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<StatefulRedisConnection<String, String>> fresh = new CompletableFuture<>();
        if (!made.compareAndSet(known, fresh)) {
            return open();
        }
        connect(fresh);
        return fresh;
    }

    private void connect(CompletableFuture<StatefulRedisConnection<String, String>> result) {
        CompletableFuture<?> unused = connected()
                .thenCompose(RedisConnections::checked)
                .whenComplete((connection, error) -> {
                    if (error == null) {
                        result.complete(connection);
                    } else {
                        result.completeExceptionally(error);
                    }
                });
    }

    /** The client would wait for a handshake as long as its address says, which is a minute. */
    private CompletableFuture<StatefulRedisConnection<String, String>> connected() {
        CompletableFuture<StatefulRedisConnection<String, String>> connected = new CompletableFuture<>();
        Disposable connecting = Schedulers.boundedElastic().schedule(() -> tryTo(connected));
        return connected
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((connection, error) -> connecting.dispose());
    }

    private void tryTo(CompletableFuture<StatefulRedisConnection<String, String>> connected) {
        try {
            StatefulRedisConnection<String, String> connection = client.connect(StringCodec.UTF8);
            if (!connected.complete(connection)) {
                CompletableFuture<?> unused = connection.closeAsync();
            }
        } catch (RuntimeException e) {
            connected.completeExceptionally(e);
        }
    }

    private static CompletionStage<StatefulRedisConnection<String, String>> checked(
            StatefulRedisConnection<String, String> connection) {
        return connection
                .async()
                .info()
                .handle(ServerCheck::verdict)
                .thenCompose(verdict -> verdict == null
                        ? CompletableFuture.completedFuture(connection)
                        : connection.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(verdict)));
    }
}
