package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.BackOff;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.workflow.WorkflowNode.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Times that are longer than clocks and numbers go: they count as the longest there is. */
class WorkflowLongTimesTests extends WorkflowFixture {

    static List<Duration> tooLong() {
        return List.of(
                Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(300 * 365), Duration.ofMillis(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void nodesMayTakeTheLongestTime(Duration time) {
        Settings all = Settings.timeout(time).withDeadline(time).withRetry(3, time);
        WorkflowDefinition definition =
                Workflow.define("w").callback("a", gives(1)).settings("a", all).build();

        WorkflowResult result = await(engine.bind(definition).run(NOTHING, new RunOptions(null, time)));

        assertThat(result.output()).containsEntry("a", 1);
        assertThat(result.state().history()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void retriesWaitForAMinuteAtMost(Duration time) {
        WorkflowDefinition definition = Workflow.define("w")
                .callback(
                        "a",
                        context -> context.attempt() == 1
                                ? Mono.error(new IllegalStateException("broken"))
                                : Mono.just(NodeResult.of(context.attempt())))
                .settings("a", Settings.retry(3, time).withDeadline(time))
                .build();

        Begun<WorkflowResult> begun = begin(engine.bind(definition).run(NOTHING));

        assertThat(begun.await(Duration.ofSeconds(65)).output()).containsEntry("a", 2);
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void delayWaitsForTheLongestTime(Duration time) {
        begin(engine.bind(Workflow.define("w").delay("d", time).build()).run(NOTHING));
        pass(SCAN.multipliedBy(3));

        assertThat(kinds(onlyRun())).containsExactly("START", "TIMER");
        assertThat(stored(onlyRun()).status()).isEqualTo(WorkflowStatus.PENDING);
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void questionWaitsForTheLongestTime(Duration time) {
        WorkflowResult paused = run(Workflow.define("w")
                .humanInput("h", "?", null, time, OnTimeout.fail())
                .build());

        RunKey key = new RunKey("", paused.runId());
        assertThat(Objects.requireNonNull(record(key).pause()).until())
                .isEqualTo(Objects.requireNonNull(record(key).pause()).since().plus(Schedule.LONGEST));
    }

    @Test
    void backOffIsNeverLongerThanItMayBe() {
        Duration most = Duration.ofMinutes(1);

        assertThat(new BackOff(Duration.ofSeconds(Long.MAX_VALUE), most).after(9))
                .isEqualTo(most);
        assertThat(new BackOff(Duration.ofSeconds(20), most).after(2)).isEqualTo(Duration.ofSeconds(40));
    }
}
