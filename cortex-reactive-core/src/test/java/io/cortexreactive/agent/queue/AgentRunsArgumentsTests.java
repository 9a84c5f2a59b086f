package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentConfigurationException;
import io.cortexreactive.agent.AgentInputException;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.InvalidChannelException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be meant is refused where it is said. */
@NullUnmarked // null is among it
class AgentRunsArgumentsTests extends AgentRunsFixture {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb"})
    void aChannelThatNobodyCanFollowIsRefused(String channel) {
        PendingAgentRun pending = site(define().build()).pending("Go");
        assertThatThrownBy(() -> pending.broadcastTo(channel)).isInstanceOf(InvalidChannelException.class);
        assertThatThrownBy(() -> pending.broadcastTo(channel + "x".repeat(5_000)))
                .isInstanceOf(InvalidChannelException.class);
    }

    @Test
    void aChannelThatIsNullIsNamed() {
        PendingAgentRun pending = site(define().build()).pending("Go");
        assertThatNullPointerException()
                .isThrownBy(() -> pending.broadcastTo(null))
                .withMessage("channel");
    }

    @Test
    void whatIsNullIsNamed() {
        AgentRuns runs = site(define().build()).runs();
        assertThatNullPointerException().isThrownBy(() -> runs.list(null)).withMessage("filter");
        assertThatNullPointerException().isThrownBy(() -> runs.dispatch(null)).withMessage("run");
        assertThatNullPointerException()
                .isThrownBy(() -> runs.approve("run", "call", null))
                .withMessage("approval");
        assertThatNullPointerException()
                .isThrownBy(() -> runs.approve("run", null, AgentRuns.Approval.grant()))
                .withMessage("callId");
    }

    @Test
    void aQueueThatNoStoreCanKeepIsRefused() {
        PendingAgentRun pending = site(define().build()).pending("Go");
        for (String name : List.of("", " ", "a\0b", "a\uD83D", "x".repeat(601))) {
            assertThatThrownBy(() -> pending.onQueue(name))
                    .isInstanceOf(AgentConfigurationException.class)
                    .hasMessageMatching(
                            "A queue's name (is blank|has a NUL|has half of a surrogate pair|has more than 600 bytes)\\.");
        }
        assertThat(get(pending.onQueue("x".repeat(600)).dispatch())).isEqualTo(pending.runId());
    }

    @Test
    void aQuestionWithHalfACharacterIsRefused() {
        assertThatThrownBy(() -> site(define().build()).pending("Why \uD83D?"))
                .isInstanceOf(AgentInputException.class)
                .hasMessageContaining("half of a surrogate pair");
        assertThat(get(site(define().build()).pending("Why \uD83D\uDE80?").dispatch()))
                .isNotEmpty();
    }

    @Test
    void aDecisionNeedsNoReason() {
        assertThat(new AgentRuns.Approval(true, null)).isEqualTo(AgentRuns.Approval.grant());
    }

    @Test
    void aTimeHasALimitAsDatesHave() {
        PendingAgentRun pending = site(define().build()).pending("Go");
        Duration most = Duration.ofDays(3650);
        for (Duration time : List.of(Duration.ofSeconds(Long.MAX_VALUE), most.plusNanos(1))) {
            for (ThrowingCallable said :
                    List.<ThrowingCallable>of(() -> pending.delay(time), () -> pending.deadline(time))) {
                assertThatThrownBy(said)
                        .isInstanceOf(AgentConfigurationException.class)
                        .hasMessageContaining("at most 3650 days");
            }
        }
        assertThat(get(pending.delay(most).deadline(most).dispatch())).isEqualTo(pending.runId());
    }
}
