package io.cortexreactive.examples.database;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * A Redis server on this machine, which all applications of a directory share. Who needs it first starts it, and who
 * needs it last ends it; it outlives one that is killed, and whoever starts next finds it. If the server itself is
 * gone, the first who notices starts it again on what it has kept, and the others find that. Blocks.
 */
final class RedisServer implements AutoCloseable {

    static final String LOCALHOST = "127.0.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofMillis(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Each application has one connection of this name, by which the last one knows that it is. */
    private static final String USER = "cortex-reactive-example";

    private final Path data;
    private final RedisClient own;
    private final ClientResources resources;
    private volatile Reached reached;
    private volatile boolean closed;

    private RedisServer(Path data, RedisClient own, Reached reached) {
        this.data = data;
        this.own = own;
        this.reached = reached;
        this.resources =
                ClientResources.builder().socketAddressResolver(new WhereItIs()).build();
    }

    /** Where the server is, and this application's connection to it. */
    private record Reached(int port, StatefulRedisConnection<String, String> connection) {}

    /** A server that was started again may have another port. */
    private final class WhereItIs extends SocketAddressResolver {
        @Override
        public SocketAddress resolve(RedisURI any) {
            return super.resolve(RedisURI.create(LOCALHOST, reached.port()));
        }
    }

    /** Finds it, or starts it on what the directory has from before, if anything. */
    static RedisServer open(Path directory) {
        RedisClient own = RedisClient.create();
        try {
            own.setOptions(ClientOptions.builder().autoReconnect(false).build());
            Path data = Files.createDirectories(directory.resolve("redis")).toRealPath();
            RedisServer server = new RedisServer(data, own, reach(data, own));
            server.watch();
            return server;
        } catch (IOException | RuntimeException e) {
            own.shutdown();
            throw cannotStart(directory, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            own.shutdown();
            Thread.currentThread().interrupt();
            throw cannotStart(directory, "it was interrupted", e);
        }
    }

    private static synchronized Reached reach(Path data, RedisClient own) throws IOException, InterruptedException {
        FileLocked alone = lock(data);
        try {
            Optional<Reached> running = running(data, own);
            return running.isPresent() ? running.get() : started(data, own);
        } finally {
            alone.close();
        }
    }

    private static FileLocked lock(Path data) throws IOException {
        return FileLocked.lock(data.resolve("starting"));
    }

    /** Another one's server may have the port by now: it is told by its directory. */
    private static Optional<Reached> running(Path data, RedisClient own) throws IOException {
        Optional<Integer> port = RedisLauncher.port(data);
        return port.isEmpty()
                ? Optional.empty()
                : connect(own, port.get())
                        .flatMap(connection -> ofDirectory(data, connection))
                        .map(connection -> new Reached(port.get(), connection))
                        .onErrorComplete(RedisException.class)
                        .blockOptional(PATIENCE);
    }

    private static Mono<StatefulRedisConnection<String, String>> ofDirectory(
            Path data, StatefulRedisConnection<String, String> connection) {
        return connection
                .reactive()
                .configGet("dir")
                .flatMap(dir -> data.toString().equals(dir.get("dir"))
                        ? Mono.just(connection)
                        : Mono.fromCompletionStage(connection.closeAsync()).then(Mono.empty()));
    }

    private static Reached started(Path data, RedisClient own) throws IOException, InterruptedException {
        int port = RedisLauncher.launch(data);
        StatefulRedisConnection<String, String> connection = connect(own, port)
                .retryWhen(Retry.fixedDelay(PATIENCE.dividedBy(AGAIN), AGAIN))
                .timeout(PATIENCE)
                .onErrorMap(error -> new TimeoutException("it does not answer; " + data.resolve("log") + " says more"))
                .blockOptional()
                .orElseThrow();
        RedisLauncher.note(data, port);
        return new Reached(port, connection);
    }

    /** Fails also while it reads its file. */
    private static Mono<StatefulRedisConnection<String, String>> connect(RedisClient own, int port) {
        RedisURI address = RedisURI.builder()
                .withHost(LOCALHOST)
                .withPort(port)
                .withClientName(USER)
                .build();
        return Mono.defer(() -> Mono.fromCompletionStage(own.connectAsync(StringCodec.UTF8, address)))
                .flatMap(connection -> connection
                        .reactive()
                        .ping()
                        .thenReturn(connection)
                        .onErrorResume(error -> Mono.fromCompletionStage(connection.closeAsync())
                                .then(Mono.error(error))));
    }

    private static DatabaseSetupException cannotStart(Path directory, String why, @Nullable Throwable cause) {
        return new DatabaseSetupException("Embedded Redis cannot be started in " + directory + ": " + why + ".", cause);
    }

    /** Also where it was lost before anybody listened. */
    private void watch() {
        StatefulRedisConnection<String, String> connection = reached.connection();
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                reachAgain();
            }
        });
        if (!connection.isOpen()) {
            reachAgain();
        }
    }

    private void reachAgain() {
        Mono.fromCallable(this::reachedAgain)
                .subscribeOn(Schedulers.boundedElastic())
                .doOnError(error ->
                        LOG.warn("Embedded Redis is gone, and cannot be had again so far: {}", error.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE))
                .filter(again -> again)
                .subscribe(again -> watch());
    }

    /** False if there is nothing to do any more. */
    private boolean reachedAgain() throws IOException, InterruptedException {
        synchronized (RedisServer.class) {
            if (closed || reached.connection().isOpen()) {
                return false;
            }
            reached.connection().close();
            reached = reach(data, own);
        }
        LOG.warn("Embedded Redis was gone, and is there again on port {}", reached.port());
        return true;
    }

    /** A client that finds the server wherever it is by then; to be closed before this. */
    RedisClient newClient() {
        return RedisClient.create(resources, RedisURI.create(LOCALHOST, reached.port()));
    }

    /** Leaves it to the others, or ends it if there are none. */
    @Override
    public void close() {
        closed = true;
        close(this);
    }

    private static synchronized void close(RedisServer server) {
        try {
            FileLocked alone = lock(server.data);
            try {
                server.leave();
            } finally {
                alone.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Embedded Redis could not be ended", e);
        } finally {
            server.own.shutdown();
            server.resources.shutdown(0, PATIENCE.toSeconds(), TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private void leave() throws IOException {
        StatefulRedisConnection<String, String> connection = reached.connection();
        if (!connection.isOpen()) {
            return; // There is nothing to end, or others have started it again.
        }
        String clients =
                Objects.requireNonNull(connection.reactive().clientList().block(PATIENCE));
        if (clients.lines().filter(line -> line.contains(" name=" + USER + " ")).count() == 1) {
            // It answers by closing the connection.
            connection
                    .reactive()
                    .shutdown(false)
                    .onErrorComplete(RedisException.class)
                    .block(PATIENCE);
            RedisLauncher.forget(data);
        }
    }
}
