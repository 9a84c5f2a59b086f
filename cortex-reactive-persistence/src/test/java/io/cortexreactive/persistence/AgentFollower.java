package io.cortexreactive.persistence;

import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.chat.ChannelMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Mono;

/** Follows a run from its beginning over connections that break off, each behind any of the messages that it has. */
final class AgentFollower {

    private static final int MOST_NEWS = 12;

    private final AgentRuns runs;
    private final String runId;
    private final Random random;
    private final List<ChannelMessage> seen = new ArrayList<>();
    private int at;
    private int differing;

    AgentFollower(AgentRuns runs, String runId, long seed) {
        this.runs = runs;
        this.runId = runId;
        random = new Random(seed);
    }

    /** Completes behind the last message of the run. */
    Mono<AgentFollower> toEnd() {
        return Mono.defer(this::connection).repeat(() -> !isAtEnd()).then(Mono.just(this));
    }

    private Mono<Void> connection() {
        at = random.nextInt(seen.size() + 1);
        String after = at == 0 ? null : seen.get(at - 1).id();
        return runs.messages(runId, after)
                .take(seen.size() - at + 1L + random.nextInt(MOST_NEWS))
                .doOnNext(this::hear)
                .then();
    }

    private void hear(ChannelMessage message) {
        if (at == seen.size()) {
            seen.add(message);
        } else if (!seen.get(at).equals(message)) {
            differing++;
        }
        at++;
    }

    private boolean isAtEnd() {
        return !seen.isEmpty() && seen.get(seen.size() - 1).last();
    }

    String runId() {
        return runId;
    }

    /** Whether it has always seen this. */
    boolean saw(List<ChannelMessage> all) {
        return differing == 0 && seen.equals(all);
    }
}
