package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.StoreUnavailableException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Runs scripts. One whose answer was lost is sent again with the same arguments, which it knows by an id among them; so
 * may the driver after it has connected again.
 */
final class RedisScripts<E extends Enum<E>> {

    private static final Retry SETTLE = Retry.backoff(3, Duration.ofMillis(50))
            .filter(StoreUnavailableException.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private final RedisConnections connections;
    private final String[] keys;
    private final Map<E, Script> scripts;

    private record Script(String text, String sha) {}

    /**
     * @param folder where they are, beside this class
     * @param edit what becomes of each before it is used
     */
    RedisScripts(RedisConnections connections, String tag, String folder, Class<E> names, UnaryOperator<String> edit) {
        this.connections = connections;
        this.keys = new String[] {tag};
        this.scripts = Arrays.stream(names.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> script(folder, name, edit)));
    }

    private static Script script(String folder, Enum<?> name, UnaryOperator<String> edit) {
        String file = name.name().toLowerCase(Locale.ROOT);
        String text = edit.apply(read(folder + "/prelude.lua") + read(folder + "/" + file + ".lua"));
        return new Script(text, sha1(text));
    }

    private static String read(String resource) {
        try (InputStream in = RedisScripts.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a script; what it gives is a list. A cancel does not take it back. */
    Mono<List<Object>> run(E name, Arguments arguments) {
        Script script = Objects.requireNonNull(scripts.get(name));
        return connections
                .on(connection -> send(connection, script, arguments.toArray()))
                .retryWhen(SETTLE);
    }

    private Mono<List<Object>> send(
            StatefulRedisConnection<String, String> connection, Script script, String[] arguments) {
        RedisScriptingAsyncCommands<String, String> commands = connection.async();
        Mono<List<Object>> bySha = Mono.fromFuture(
                () -> commands.<List<Object>>evalsha(script.sha(), ScriptOutputType.MULTI, keys, arguments)
                        .toCompletableFuture(),
                true);
        Mono<List<Object>> byText = Mono.fromFuture(
                () -> commands.<List<Object>>eval(script.text(), ScriptOutputType.MULTI, keys, arguments)
                        .toCompletableFuture(),
                true);
        return bySha.onErrorResume(RedisNoScriptException.class, unknown -> byText);
    }
}
