package io.cortexreactive.guardrail.bedrock;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
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

/** The SDK's client with the connections and threads that are its own. */
record Connection(
        BedrockRuntimeAsyncClient client,
        SdkAsyncHttpClient http,
        SdkEventLoopGroup loops,
        ScheduledExecutorService timer) {

    private static final int CONNECTIONS = 256;
    private static final int PENDING = 10_000;
    private static final int QUIET_MILLIS = 100;
    private static final int STOP_MILLIS = 5_000;

    static Connection open(String region, @Nullable URI endpoint, Duration timeout) {
        SdkEventLoopGroup loops = SdkEventLoopGroup.builder()
                .numberOfThreads(Runtime.getRuntime().availableProcessors())
                .threadFactory(new DefaultThreadFactory("cortex-guardrail", true))
                .build();
        SdkAsyncHttpClient http = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(loops)
                .protocol(Protocol.HTTP1_1)
                .maxConcurrency(CONNECTIONS)
                .maxPendingConnectionAcquires(PENDING)
                .connectionAcquisitionTimeout(timeout)
                .readTimeout(timeout)
                // The JDK's resolver would block an event loop.
                .useNonBlockingDnsResolver(true)
                .build();
        ScheduledExecutorService timer =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("cortex-guardrail-timer", true));
        return new Connection(client(region, endpoint, timeout, http, timer), http, loops, timer);
    }

    private static BedrockRuntimeAsyncClient client(
            String region,
            @Nullable URI endpoint,
            Duration timeout,
            SdkAsyncHttpClient http,
            ScheduledExecutorService timer) {
        Executor sameThread = Runnable::run;
        return BedrockRuntimeAsyncClient.builder()
                .region(Region.of(region))
                .applyMutation(builder -> {
                    if (endpoint != null) {
                        builder.endpointOverride(endpoint);
                    }
                })
                .httpClient(http)
                // Every request brings its own identity.
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .authSchemeProvider(Identity.SIGNED)
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, sameThread))
                // One retry layer: ApplyGuardrail.
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .apiCallTimeout(timeout)
                        .scheduledExecutorService(timer)
                        .build())
                .build();
    }

    Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> {
                    client.close();
                    http.close();
                    timer.shutdownNow();
                })
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.create(sink -> loops.eventLoopGroup()
                        .shutdownGracefully(QUIET_MILLIS, STOP_MILLIS, TimeUnit.MILLISECONDS)
                        .addListener(stopped -> sink.success())));
    }
}
