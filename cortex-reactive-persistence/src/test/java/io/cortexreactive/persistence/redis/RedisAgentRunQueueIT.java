package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Transition.Move;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract below keys of agents' runs. */
class RedisAgentRunQueueIT extends RedisRunLogIT {

    private final RedisStore workflows = new RedisStore(RedisServer.shared(), store.settings(), null);

    @Override
    RedisStore store() {
        return new RedisStore(RedisServer.shared(), RedisStore.ownPrefix(), "agents");
    }

    @AfterEach
    void disconnectWorkflows() {
        workflows.close();
    }

    @Test
    void runsAreKeptForADayAfterTheirEndUnlessTheQueueIsToldOtherwise() {
        RedisSettings settings = store.settings().withRetention(Duration.ofDays(7));
        AgentRunQueue queue = RedisAgentRunQueue.create(store.client(), settings);
        RedisRuns agents = new RedisRuns(queue);
        RunRecord held = agents.startOn(agents.worker());
        RunRecord ended = agents.after(RedisRuns.transition(held, Move.COMPLETE, Duration.ZERO));

        store.anHourForNotices().block(RedisRuns.LONG);
        endedEarlier(Duration.ofHours(23));
        queue.purge().block(RedisRuns.LONG);
        assertThat(agents.load(ended.key())).isEqualTo(ended);
        endedEarlier(Duration.ofMinutes(61));
        RedisAgentRunQueue.create(store.client(), settings, Duration.ofDays(2))
                .purge()
                .block(RedisRuns.LONG);
        assertThat(agents.load(ended.key())).isEqualTo(ended);
        queue.purge().block(RedisRuns.LONG);
        assertThat(queue.load(ended.key()).blockOptional(RedisRuns.LONG)).isEmpty();
    }

    private void endedEarlier(Duration time) {
        String done = store.key("done");
        store.commands()
                .zrange(done, 0, -1)
                .forEach(id -> store.commands().zincrby(done, -time.toMillis() * 1_000.0, id));
    }

    @Test
    void neitherSeesTheRunsOfTheOther() {
        AgentRunQueue queue = RedisAgentRunQueue.create(store.client(), store.settings());
        RedisRuns agents = new RedisRuns(queue);
        RedisRuns others = new RedisRuns(workflows.log());
        RunRecord agent = agents.start();
        RunRecord workflow = others.start();

        assertThat(RedisRuns.values(queue.page(new RunLog.Query("acme", null, null, null, 9))))
                .containsExactly(agent);
        assertThat(RedisRuns.value(log().load(agent.key()))).isEqualTo(agent);
        assertThat(others.log().load(agent.key()).block(RedisRuns.LONG)).isNull();
        assertThat(queue.load(workflow.key()).block(RedisRuns.LONG)).isNull();
        assertThat(others.claim(others.worker())).extracting(RunRecord::key).containsExactly(workflow.key());
        assertThat(agents.claim(agents.worker())).extracting(RunRecord::key).containsExactly(agent.key());
    }
}
