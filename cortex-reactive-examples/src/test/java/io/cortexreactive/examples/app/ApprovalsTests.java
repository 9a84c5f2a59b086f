package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.examples.app.Approvals.Asked;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.ToolContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ApprovalsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Approvals approvals = new Approvals(
            new ExampleProperties(true, 1, Map.of(), List.of(), List.of(), PATIENCE, Duration.ofSeconds(5)));
    private final List<Asked> asked = new ArrayList<>();

    private Mono<Boolean> decision() {
        return approvals
                .asking(asked::add)
                .decide(
                        ToolCall.of("call-1", "send_note", Map.of("to", "Ada")),
                        new ToolContext("call-1", null, "chat", "acme", "run/call-1", Map.of("callIndex", 2)));
    }

    private void answer(String tenant, boolean approved) {
        approvals.answer(tenant, asked.get(0).approvalId(), approved);
    }

    @Test
    void whoeverAsksIsToldWhatToAnswerTo() {
        StepVerifier.create(decision())
                .then(() -> assertThat(asked).singleElement().satisfies(one -> {
                    assertThat(one.callId()).isEqualTo("call-1");
                    assertThat(one.index()).isEqualTo(2);
                    assertThat(one.input()).isEqualTo(Map.of("to", "Ada"));
                    assertThat(one.millis()).isEqualTo(60_000);
                }))
                .then(() -> answer("acme", true))
                .expectNext(true)
                .verifyComplete();
        assertThat(approvals.waiting()).isZero();
    }

    @Test
    void aRefusalRefuses() {
        StepVerifier.create(decision())
                .then(() -> answer("acme", false))
                .expectNext(false)
                .verifyComplete();
    }

    @Test
    void silenceRefuses() {
        StepVerifier.withVirtualTime(this::decision)
                .expectSubscription()
                .expectNoEvent(PATIENCE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(false)
                .verifyComplete();
        assertThat(approvals.waiting()).isZero();
    }

    @Test
    void anotherTenantsAnswerDoesNotCount() {
        StepVerifier.create(decision())
                .then(() -> assertThatThrownBy(() -> answer("globex", true)).isInstanceOf(RejectedException.class))
                .then(() -> answer("acme", false))
                .expectNext(false)
                .verifyComplete();
    }

    @Test
    void anAnswerCountsOnce() {
        StepVerifier.create(decision())
                .then(() -> answer("acme", true))
                .expectNext(true)
                .verifyComplete();
        assertThatThrownBy(() -> answer("acme", false)).isInstanceOf(RejectedException.class);
    }

    @Test
    void aRunThatIsCancelledWaitsNoLonger() {
        StepVerifier.create(decision())
                .then(() -> assertThat(approvals.waiting()).isEqualTo(1))
                .thenCancel()
                .verify();
        assertThat(approvals.waiting()).isZero();
    }

    @Test
    void eachTimeIsAskedAnew() {
        Mono<Boolean> decision = decision();
        decision.timeout(Duration.ZERO, Mono.empty()).block();
        decision.timeout(Duration.ZERO, Mono.empty()).block();

        assertThat(asked).extracting(Asked::approvalId).doesNotHaveDuplicates().hasSize(2);
    }
}
