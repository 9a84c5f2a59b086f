package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.OverflowPolicy;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Demand and cancel from the application to the socket, through everything that is between. */
class CortexCallsIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(400);
    private static final int MANY = 100_000;

    private SimulatedModelServer server;
    private Cortex cortex;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
        cortex = Cortex.builder()
                .provider(BedrockProvider.builder()
                        .region("us-east-1")
                        .endpoint(server.endpoint())
                        .apiKey(Secret.of("not-a-real-key"))
                        .model("amazon.nova-pro-v1:0")
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        cortex.close().block(LONG);
        server.close().block(LONG);
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    @Test
    void demandReachesTheServer() {
        server.enqueue(ScriptedReply.builder().repeat("0123456789", MANY).build());

        StepVerifier.create(cortex.chat().stream(ChatRequest.of("Hello?")), 1)
                .expectNextCount(1)
                .then(() -> assertThat(framesAhead()).isBetween(1L, 8_000L))
                .thenCancel()
                .verify(LONG);
    }

    /** The frames that the server could send to a client that takes no more. */
    private long framesAhead() {
        return value(server.call(1).flatMap(call -> call.waiting(QUIET)));
    }

    @Test
    void cancelReachesTheServerAndIsTheOneEndTold() {
        server.enqueue(ScriptedReply.builder()
                .repeat("0123456789", MANY)
                .chunkDelay(Duration.ofMillis(5))
                .build());
        CompletableFuture<@Nullable List<CortexEvent>> told = cortex.events()
                .buffer(MANY, OverflowPolicy.FAIL)
                .all()
                .collectList()
                .toFuture();

        List<ChatChunk> three =
                value(cortex.chat().stream(ChatRequest.of("Hello?")).take(3).collectList());
        CloseReason reason = value(server.call(1).flatMap(WireCall::closed));
        cortex.close().block(LONG);

        assertThat(three).hasSize(3);
        assertThat(reason).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(told.join())
                .noneMatch(ProviderError.class::isInstance)
                .last()
                .satisfies(this::isCancelWithEstimate);
    }

    private void isCancelWithEstimate(CortexEvent last) {
        assertThat(last)
                .isInstanceOfSatisfying(
                        ChatStreamCancelled.class,
                        cancelled -> assertThat(cancelled.usage())
                                .matches(Usage::estimated)
                                .matches(usage -> usage.inputTokens() > 0 && usage.outputTokens() > 0));
    }
}
