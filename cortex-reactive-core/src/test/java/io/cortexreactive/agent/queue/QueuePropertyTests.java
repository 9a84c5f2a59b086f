package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.QueuePropertyContract;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.TestClock;
import java.time.Duration;
import reactor.core.publisher.Mono;

class QueuePropertyTests extends QueuePropertyContract {

    private static final Duration RETENTION = Duration.ofHours(1);

    private final TestClock clock = new TestClock();
    private final AgentRunQueue queue = AgentRunQueue.inMemory(clock, RETENTION);

    @Override
    protected RunLog queue() {
        return queue;
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return after(Duration.ofMinutes(1));
    }

    @Override
    protected Mono<Void> forget() {
        return after(RETENTION.plusMillis(1)).then(queue.purge()).then();
    }

    private Mono<Void> after(Duration time) {
        return Mono.fromRunnable(() -> clock.advance(time));
    }
}
