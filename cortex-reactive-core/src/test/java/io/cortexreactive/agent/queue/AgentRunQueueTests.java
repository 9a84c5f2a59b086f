package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunStoreContract;
import io.cortexreactive.durable.TestClock;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A queue is the log that it is made of. */
class AgentRunQueueTests extends RunStoreContract {

    private static final Duration RETENTION = Duration.ofDays(7);
    private static final Duration KEEP_NOTICES = RETENTION.multipliedBy(2);
    private static final Duration KEEP_PAUSED = RETENTION.multipliedBy(100);

    private final TestClock clock = new TestClock();

    private final AgentRunQueue queue = AgentRunQueue.of(RunLog.inMemory(clock, RETENTION, KEEP_NOTICES, KEEP_PAUSED));

    @Override
    protected RunLog log() {
        return queue;
    }

    @Override
    protected Mono<Void> forget() {
        return after(RETENTION.plusMillis(1)).then(queue.purge()).then();
    }

    @Override
    protected Mono<Void> giveUpPauses() {
        return after(KEEP_PAUSED.plusMillis(1))
                .thenMany(queue.expire(1_000, LATE))
                .then();
    }

    @Override
    protected Duration shortTime() {
        return Duration.ofHours(1);
    }

    @Override
    protected Mono<Void> afterShortTime() {
        return after(shortTime());
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return after(Duration.ofMinutes(1));
    }

    @Override
    protected Mono<Void> afterNoticesAreOld() {
        return after(KEEP_NOTICES.plusMillis(1));
    }

    private Mono<Void> after(Duration time) {
        return Mono.fromRunnable(() -> clock.advance(time));
    }
}
