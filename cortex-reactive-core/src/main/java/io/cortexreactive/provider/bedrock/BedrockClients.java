package io.cortexreactive.provider.bedrock;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.HttpConnections;
import io.cortexreactive.resilience.Cutoff;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/**
 * The connections of one provider and all its views: those of the direct transport, and the SDK's HTTP client with its
 * event loops. For each region and endpoint there is a signer and an SDK client, which are cheap and hold nothing of
 * their own.
 */
final class BedrockClients {

    private static final int MAX_CLIENTS = 256;
    private static final int PENDING_PER_CONNECTION = 5;

    /** Connections that close at the end still have something to say to other loops. */
    private static final int QUIET_MILLIS = 100;

    private static final int LOOPS_STOP_MILLIS = 5_000;

    /** A paused consumer reads nothing for as long as it likes; {@code StreamTimeouts} knows the difference. */
    private static final Duration NO_READ_TIMEOUT = Duration.ZERO;

    private final SdkEventLoopGroup loops = SdkEventLoopGroup.builder()
            .numberOfThreads(Runtime.getRuntime().availableProcessors())
            .threadFactory(new DefaultThreadFactory("cortex-bedrock", true))
            .build();
    private final ScheduledExecutorService timer =
            new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("cortex-bedrock-timer", true));
    private final Cache<Target, BedrockRuntimeAsyncClient> clients =
            Caffeine.newBuilder().maximumSize(MAX_CLIENTS).build();
    private final Cache<Target, RequestSigner> signers =
            Caffeine.newBuilder().maximumSize(MAX_CLIENTS).build();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final SdkAsyncHttpClient http;
    private final HttpConnections connections;
    private final @Nullable URI home;
    private final Map<String, String> headers;

    /**
     * @param home the provider's own endpoint; null for its region's
     * @param headers sent with every request to the provider's own endpoint
     */
    BedrockClients(
            @Nullable URI home,
            int maxConnections,
            ProviderTimeouts timeouts,
            Map<String, String> headers,
            HttpVersion version,
            UnaryOperator<HttpClient> custom) {
        this.home = home;
        this.headers = headers;
        connections = HttpConnections.create("cortex-bedrock", maxConnections, timeouts, version, custom);
        http = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(loops)
                .protocol(Protocol.HTTP1_1)
                .maxConcurrency(maxConnections)
                .maxPendingConnectionAcquires(Math.multiplyExact(maxConnections, PENDING_PER_CONNECTION))
                .connectionTimeout(timeouts.connect())
                .connectionAcquisitionTimeout(timeouts.connect())
                .tlsNegotiationTimeout(timeouts.connect())
                .readTimeout(NO_READ_TIMEOUT)
                .tcpKeepAlive(true)
                .putChannelOption(ChannelOption.SO_RCVBUF, HttpConnections.RECEIVE_BUFFER_BYTES)
                // The JDK's resolver would block an event loop.
                .useNonBlockingDnsResolver(true)
                .build();
    }

    /** The client for a region and endpoint. Building one is slow. */
    Mono<BedrockRuntimeAsyncClient> client(String region, @Nullable URI endpoint) {
        return made(clients, new Target(region, endpoint), this::build);
    }

    /** The signer for a region and endpoint. The first of a region reads the SDK's rules. */
    Mono<RequestSigner> signer(String region, @Nullable URI endpoint) {
        return made(signers, new Target(region, endpoint), this::buildSigner);
    }

    /** What there is, at once; a new one is built off the caller's thread. */
    private static <T> Mono<T> made(Cache<Target, T> cache, Target target, Function<Target, T> build) {
        T known = cache.getIfPresent(target);
        return known != null
                ? Mono.just(known)
                : Mono.fromCallable(() -> cache.get(target, build)).subscribeOn(Schedulers.boundedElastic());
    }

    private RequestSigner buildSigner(Target target) {
        return new RequestSigner(target.region, target.endpoint, headers(target.endpoint));
    }

    /**
     * The provider's own, to be sent there. They may hold credentials, which must not reach a server that a tenant
     * chose.
     */
    Map<String, String> headers(@Nullable URI endpoint) {
        return Objects.equals(endpoint, home) ? headers : Map.of();
    }

    /** What carries the direct transport's bytes. */
    HttpConnections connections() {
        return connections;
    }

    /** Builds the first of each, with all that the SDK loads and reads for it, on the caller's thread. */
    void warmUp(String region, @Nullable URI endpoint) {
        Target target = new Target(region, endpoint);
        clients.put(target, build(target));
        RequestSigner signer = buildSigner(target);
        signer.warmUp();
        signers.put(target, signer);
    }

    private BedrockRuntimeAsyncClient build(Target target) {
        Executor sameThread = Runnable::run;
        ClientOverrideConfiguration.Builder settings = ClientOverrideConfiguration.builder()
                // One retry layer, ours: the SDK's would repeat a stream that has already spoken.
                .retryStrategy(DefaultRetryStrategy.doNotRetry())
                .scheduledExecutorService(timer)
                .addExecutionInterceptor(new ResponseLimits());
        headers(target.endpoint).forEach(settings::putHeader);
        return BedrockRuntimeAsyncClient.builder()
                .region(Region.of(target.region))
                .applyMutation(builder -> {
                    if (target.endpoint != null) {
                        builder.endpointOverride(target.endpoint);
                    }
                })
                .httpClient(http)
                // Every request brings its own identity; without one it goes out unsigned rather than as somebody.
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .authSchemeProvider(BedrockCredentials.SIGV4_ONLY)
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, sameThread))
                .overrideConfiguration(settings.build())
                .build();
    }

    /**
     * A call of the SDK, failing when the provider is being closed; at once if it has been. How far a request is, the
     * SDK does not tell, so one under way counts as possibly billed.
     */
    <T> Flux<T> untilClosed(Flux<T> answer, CallState call) {
        return Flux.defer(() -> closing.get()
                ? Flux.error(new ProviderClosedException(call.failure(), "", false, null))
                : Cutoff.on(answer, closed.asMono(), () -> cut(call)));
    }

    private static ProviderClosedException cut(CallState call) {
        return new ProviderClosedException(call.failure(), call.partial().text(), true, null);
    }

    /** Ends the calls under way, then releases connections and threads. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            if (!closing.compareAndSet(false, true)) {
                return Mono.empty();
            }
            closed.tryEmitEmpty();
            return connections
                    .close()
                    .then(Mono.<Void>fromRunnable(this::stopSdk).subscribeOn(Schedulers.boundedElastic()))
                    .then(stopLoops());
        });
    }

    private void stopSdk() {
        timer.shutdownNow();
        http.close();
    }

    private Mono<Void> stopLoops() {
        return Mono.create(sink -> loops.eventLoopGroup()
                .shutdownGracefully(QUIET_MILLIS, LOOPS_STOP_MILLIS, TimeUnit.MILLISECONDS)
                .addListener(stopped -> sink.success()));
    }

    private record Target(String region, @Nullable URI endpoint) {}
}
