package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.BroadcastOptions;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.ChannelTrimmedException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The code of {@code docs/streaming.md}. */
class StreamingGuideTests {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ChatRequest REQUEST = ChatRequest.of("Why is the sky blue?");

    private final ScriptedProvider provider = ScriptedProvider.of("Because.", "Because.");
    private final Cortex cortex = Cortex.builder().provider(provider).build();

    private static List<ChannelMessage> all(Flux<ChannelMessage> messages) {
        return Objects.requireNonNull(messages.collectList().block(LONG));
    }

    @Test
    void othersFollowAnAnswer() {
        ChatRequest request = REQUEST;

        Mono<ChatResponse> answer = cortex.chat().broadcast("answers.42", request);
        Flux<ChannelMessage> messages = cortex.broadcaster().follow("answers.42", null);

        StepVerifier.create(answer.map(ChatResponse::text))
                .expectNext("Because.")
                .expectComplete()
                .verify(LONG);
        assertThat(all(messages))
                .first()
                .extracting(ChannelMessage::item)
                .isEqualTo(Map.of("type", "text_delta", "index", 0, "text", "Because."));
    }

    @Test
    void whoeverLostTheConnectionGoesOn() {
        cortex.chat().broadcast("answers.42", REQUEST).block(LONG);
        List<ChannelMessage> all = all(cortex.broadcaster().follow("answers.42", null));
        String lastEventId = all.get(0).id();

        Flux<ChannelMessage> rest = cortex.broadcaster().follow("answers.42", lastEventId);

        assertThat(all(rest)).isEqualTo(all.subList(1, all.size()));
    }

    @Test
    void whatIsKeptNoLongerIsSkippedOnlyWhereTheFollowerSaysSo() {
        Broadcaster broadcaster = Broadcaster.inMemory(new ChannelLimits(2, 4_096, Duration.ofHours(1), 4_096));
        broadcaster.publish("answers.42", Flux.range(0, 10)).block(LONG);

        assertThat(all(followFrom(broadcaster, null)))
                .extracting(ChannelMessage::item)
                .containsExactly(9, null);
    }

    private static Flux<ChannelMessage> followFrom(Broadcaster broadcaster, @Nullable String afterId) {
        return broadcaster
                .follow("answers.42", afterId)
                .onErrorResume(
                        ChannelTrimmedException.class,
                        trimmed -> followFrom(broadcaster, trimmed.resumeId().orElse(null)));
    }

    @Test
    void theModelStopsWhenNobodyFollows() {
        ChatRequest request = REQUEST;

        BroadcastOptions options = BroadcastOptions.DEFAULTS.stopWhenLeftFor(Duration.ofSeconds(30));
        Mono<ChatResponse> answer = cortex.chat().broadcast("answers.42", request, options);

        StepVerifier.create(answer).expectNextCount(1).expectComplete().verify(LONG);
    }

    @Test
    void anythingCanBePublished() {
        Mono<Void> published = cortex.broadcaster().publish("progress.42", Flux.just(Map.of("done", 1, "of", 3)));

        published.block(LONG);
        assertThat(all(cortex.broadcaster().follow("progress.42", null)))
                .extracting(ChannelMessage::last)
                .containsExactly(false, true);
    }

    @Test
    void aRunIsPublishedStepByStep() {
        Agent agent = cortex.agent(Agent.define("helper").build());

        Mono<Void> published = cortex.broadcaster().publish("runs.42", agent.stream("Why is the sky blue?"));
        Flux<AgentStep> steps = ChannelMessage.items(cortex.broadcaster().follow("runs.42", null), AgentStep.class);

        published.block(LONG);
        List<AgentStep> followed = Objects.requireNonNull(steps.collectList().block(LONG));
        assertThat(followed.get(0)).isEqualTo(new AgentStep.Text(List.of("helper"), 1, "Because."));
        assertThat(followed.get(followed.size() - 1))
                .isInstanceOfSatisfying(
                        AgentStep.Completed.class,
                        done -> assertThat(done.response().output()).isEqualTo("Because."));
    }

    @Test
    void channelsBelongToTheTenantOfTheView() {
        Cortex acme = cortex.forTenant(TenantContext.builder("acme").build());
        acme.chat().broadcast("answers.42", REQUEST).block(LONG);
        cortex.broadcaster().publish("answers.42", Flux.empty()).block(LONG);

        assertThat(all(acme.broadcaster().follow("answers.42", null))).hasSizeGreaterThan(1);
        assertThat(all(cortex.broadcaster().follow("answers.42", null))).hasSize(1);
    }

    @Test
    void theBuildersBroadcasterIsUsed() {
        Broadcaster broadcaster = Broadcaster.inMemory();
        Cortex.builder()
                .provider(provider)
                .broadcaster(broadcaster)
                .build()
                .chat()
                .broadcast("answers.42", REQUEST)
                .block(LONG);

        assertThat(all(broadcaster.follow("answers.42", null))).hasSizeGreaterThan(1);
    }
}
