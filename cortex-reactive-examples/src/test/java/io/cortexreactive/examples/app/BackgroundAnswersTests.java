package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelBusyException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class BackgroundAnswersTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ChatRequest REQUEST = ChatRequest.of("Hi");
    private static final Function<Context, Context> ACME =
            Tenancy.as(TenantContext.builder("acme").build());

    /** One whose store is away. */
    private static final Broadcaster AWAY = new Broadcaster() {
        @Override
        public Mono<Void> publish(String channel, Flux<?> items) {
            return Mono.error(new StoreUnavailableException("away", null));
        }

        @Override
        public Flux<ChannelMessage> follow(String channel, @Nullable String afterId) {
            return Flux.error(new StoreUnavailableException("away", null));
        }

        @Override
        public Flux<Integer> followers(String channel) {
            return Flux.never();
        }
    };

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final Cortex cortex = cortex(Broadcaster.inMemory());
    private final BackgroundAnswers answers = new BackgroundAnswers(cortex, new ShutdownSignal());

    private Cortex cortex(Broadcaster broadcaster) {
        return Cortex.builder().provider(provider).broadcaster(broadcaster).build();
    }

    @AfterEach
    void close() {
        answers.destroy();
        cortex.close().block(SOON);
    }

    /** One that the model says nothing of. */
    private String stalled() {
        provider.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        return Objects.requireNonNull(
                answers.begin(cortex.chat(), REQUEST).contextWrite(ACME).block(SOON));
    }

    @Test
    void anIdIsGivenOnceTheAnswerHasItsChannel() {
        String channel = BackgroundAnswers.channel(stalled());

        assertThatThrownBy(() -> cortex.broadcaster()
                        .publish(channel, Flux.empty())
                        .contextWrite(ACME)
                        .block(SOON))
                .isInstanceOf(ChannelBusyException.class);
    }

    @Test
    void anAnswerThatGetsNoChannelIsRefused() {
        Cortex away = cortex(AWAY);

        assertThatThrownBy(() -> new BackgroundAnswers(away, new ShutdownSignal())
                        .begin(away.chat(), REQUEST)
                        .block(SOON))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void oneThatNobodyHasBegunIsUnknown() {
        StepVerifier.withVirtualTime(() -> answers.known("nobody", Flux.never()))
                .expectSubscription()
                .expectNoEvent(BackgroundAnswers.PATIENCE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(
                        error -> assertThat(Problem.of(error).status()).isEqualTo(404))
                .verify(SOON);
    }

    @Test
    void oneThatIsUnderWayIsWaitedFor() {
        String id = stalled();

        StepVerifier.withVirtualTime(() -> answers.known(id, Flux.never()).contextWrite(ACME))
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(1))
                .thenCancel()
                .verify(SOON);
        StepVerifier.withVirtualTime(() -> answers.known(id, Flux.never()))
                .thenAwait(BackgroundAnswers.PATIENCE)
                .expectError(RejectedException.class)
                .verify(SOON);
    }
}
