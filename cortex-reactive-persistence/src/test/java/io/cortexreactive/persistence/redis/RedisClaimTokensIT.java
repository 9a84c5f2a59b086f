package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Transition.Guard;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server that has lost its latest writes gives an epoch out a second time: the token of the claim tells who has the
 * run. With each guard that asks for it, who had the run before is told so; without it, its writes are taken.
 */
class RedisClaimTokensIT {

    private static final String OF_A_COMMIT = "if some(ARGV[5]) and before.claim ~= ARGV[5] then return { 0 } end";
    private static final String OF_A_BRANCH = "if some(ARGV[5]) and run.claim ~= ARGV[5] then return { 0 } end";
    private static final String OF_A_BEAT = " and (ARGV[i + 3] == '' or held[3] == ARGV[i + 3])";

    private final RedisStore store = new RedisStore(RedisServer.shared());

    @AfterEach
    void disconnect() {
        store.close();
    }

    private RedisRuns without(String guard) {
        return new RedisRuns(store.log(script -> script.replace(guard, "")));
    }

    /** One that another has claimed in the same epoch since. */
    private RunRecord claimedAgain(RedisRuns runs, String worker) {
        RunRecord run = runs.startOn(worker);
        RunKey key = run.key();
        String id = key.tenantId().length() + ":" + key.tenantId() + key.runId();
        store.commands().hset(store.key("run:" + id), "claim", "another");
        return run;
    }

    private Verdict commit(RedisRuns runs) {
        return runs.commit(advance(claimedAgain(runs, runs.worker())));
    }

    @Test
    void whoHadARunBeforeCommitsNothing() {
        assertThat(commit(new RedisRuns(store.log()))).isEqualTo(Verdict.FENCED);
        assertThat(commit(without(OF_A_COMMIT))).isEqualTo(Verdict.COMMITTED);
    }

    private Verdict branch(RedisRuns runs) {
        RunRecord run = claimedAgain(runs, runs.worker());
        Guard guard =
                new Guard(run.key(), run.progress().epoch(), run.progress().seq());
        return value(runs.log().branch(new BranchResult(guard, "branch", UUID.randomUUID(), "{}", null)));
    }

    @Test
    void whoHadARunBeforeKeepsNoBranch() {
        assertThat(branch(new RedisRuns(store.log()))).isEqualTo(Verdict.FENCED);
        assertThat(branch(without(OF_A_BRANCH))).isEqualTo(Verdict.COMMITTED);
    }

    /** Whether a worker hears that it has lost a run. */
    private boolean hears(RedisRuns runs) {
        String worker = runs.worker();
        RunRecord run = claimedAgain(runs, worker);
        Map<RunKey, Long> held = Map.of(run.key(), run.progress().epoch());
        Set<RunKey> lost =
                value(runs.log().beat(worker, RedisRuns.NEVER, false, held)).lost();
        return lost.contains(run.key());
    }

    @Test
    void whoHadARunBeforeHearsSo() {
        assertThat(hears(new RedisRuns(store.log()))).isTrue();
        assertThat(hears(without(OF_A_BEAT))).isFalse();
    }
}
