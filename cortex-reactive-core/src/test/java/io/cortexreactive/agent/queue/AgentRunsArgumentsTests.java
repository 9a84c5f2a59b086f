package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentConfigurationException;
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
