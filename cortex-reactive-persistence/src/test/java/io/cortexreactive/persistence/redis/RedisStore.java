package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Mono;

/**
 * A store of a test's own, below a prefix that nobody else has, and a look at what it keeps. It disconnects after each.
 */
final class RedisStore implements AfterEachCallback, AutoCloseable {

    /** As if a minute had passed for what is put off. */
    private static final String A_MINUTE = """
            for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. ':due', 0, -1)) do
              local time = redis.call('HINCRBY', KEYS[1] .. ':run:' .. id, 'available', -60000000)
              redis.call('ZADD', KEYS[1] .. ':due', time, id)
            end
            return 1
            """;

    /** As if an hour had passed, and a bit, for notices. */
    private static final String AN_HOUR = """
            for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. ':news', 0, -1)) do
              redis.call('ZINCRBY', KEYS[1] .. ':news', -3600000001, id)
              for _, notice in ipairs(redis.call('ZRANGE', KEYS[1] .. ':news:' .. id, 0, -1)) do
                redis.call('ZINCRBY', KEYS[1] .. ':news:' .. id, -3600000001, notice)
              end
            end
            return 1
            """;

    private static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisSettings settings;
    private final RedisConnections connections;

    private final String tag;

    RedisStore(RedisServer server) {
        this(server, ownPrefix(), null);
    }

    /** @param part of the keys below the prefix; null for those of workflows */
    RedisStore(RedisServer server, RedisSettings settings, @Nullable String part) {
        client = server.client();
        this.settings = settings;
        tag = part == null ? settings.tag() : settings.tagOf(part);
        connections = new RedisConnections(client, settings);
        connection = client.connect();
    }

    static RedisSettings ownPrefix() {
        return RedisSettings.defaults().withPrefix("test-" + Tenancy.newCorrelationId());
    }

    RedisClient client() {
        return client;
    }

    RedisSettings settings() {
        return settings;
    }

    RedisRunLog log() {
        return log(UnaryOperator.identity());
    }

    /** Whose scripts are edited. */
    RedisRunLog log(UnaryOperator<String> edit) {
        return new RedisRunLog(connections, settings, tag, edit);
    }

    /** Gives a run back as who cannot read what this claim has taken, by scripts that are edited. */
    Mono<Void> putOff(UnaryOperator<String> edit, RunKey key, String claim) {
        Arguments arguments = Arguments.of(key.tenantId(), key.runId(), claim, Duration.ofMinutes(1));
        return new RedisScripts<>(connections, tag, "runs", RunScript.class, edit)
                .run(RunScript.PUT_OFF, arguments)
                .then();
    }

    /** Forgets what has ended. */
    Mono<Void> forget() {
        return new RedisRunLog(connections, settings.withRetention(Duration.ZERO), tag, UnaryOperator.identity())
                .purge()
                .then();
    }

    /** Cancels what is paused. */
    Mono<Void> giveUpPauses() {
        RedisSettings impatient = settings.withKeepPaused(Duration.ofMillis(1));
        return Mono.delay(Duration.ofMillis(5))
                .thenMany(new RedisRunLog(connections, impatient, tag, UnaryOperator.identity()).expire(1_000, LATE))
                .then();
    }

    Mono<Void> aMinute() {
        return passed(A_MINUTE);
    }

    Mono<Void> anHourForNotices() {
        return passed(AN_HOUR);
    }

    private Mono<Void> passed(String script) {
        return Mono.fromFuture(() -> connection
                        .async()
                        .eval(script, ScriptOutputType.INTEGER, tag)
                        .toCompletableFuture())
                .then();
    }

    RedisCommands<String, String> commands() {
        return connection.sync();
    }

    /** The name of a key. */
    String key(String name) {
        return tag + ":" + name;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
