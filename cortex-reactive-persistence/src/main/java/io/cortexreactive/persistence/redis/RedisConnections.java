package io.cortexreactive.persistence.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One connection for all, made when it is needed first: the server does one thing at a time, so more gain nothing. */
final class RedisConnections {

    private final RedisClient client;
    private final AtomicReference<@Nullable CompletableFuture<StatefulRedisConnection<String, String>>> made =
            new AtomicReference<>();

    RedisConnections(RedisClient client, RedisSettings settings) {
        this.client = client;
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

    /** The connection, on a server that was found fit. */
    Mono<StatefulRedisConnection<String, String>> connection() {
        return Mono.fromFuture(this::open, true);
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
        CompletableFuture<?> unused = CompletableFuture.supplyAsync(
                        () -> client.connect(StringCodec.UTF8), Schedulers.boundedElastic()::schedule)
                .thenCompose(RedisConnections::checked)
                .whenComplete((connection, error) -> {
                    if (error == null) {
                        result.complete(connection);
                    } else {
                        result.completeExceptionally(error);
                    }
                });
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
