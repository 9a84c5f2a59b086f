package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.DelegatingRunLog;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.Transition;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** One that takes its time to commit what is no more than steps: longer than those wait for more of their kind. */
record SlowQueue(RunLog runs) implements AgentRunQueue, DelegatingRunLog {

    private static final Duration COMMIT = Duration.ofMillis(60);

    @Override
    public Mono<Verdict> commit(Transition transition) {
        Mono<Verdict> commit = runs.commit(transition);
        return "steps".equals(transition.node()) ? Mono.delay(COMMIT).then(commit) : commit;
    }
}
