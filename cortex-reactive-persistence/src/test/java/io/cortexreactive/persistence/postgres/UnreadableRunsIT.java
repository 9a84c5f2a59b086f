package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.UnreadableRunsContract;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class UnreadableRunsIT extends UnreadableRunsContract {

    @RegisterExtension
    static final PostgresLog STORE = new PostgresLog();

    @Override
    protected RunLog log() {
        return STORE.log();
    }

    /** A codec of another version, or bytes that are no text. */
    @Override
    protected Mono<Void> damage(RunKey run, int how) {
        return update("workflow_states set " + (how == 0 ? "data_codec = 'zip'" : "data = '\\xff'::bytea"), run);
    }

    @Override
    protected Mono<Void> damageJournal(RunKey run) {
        return update("workflow_steps set codec = 'zip'", run);
    }

    @Override
    protected Mono<Void> mend(RunKey run) {
        return update("workflow_states set data_codec = 'json'", run);
    }

    private static Mono<Void> update(String change, RunKey run) {
        return Mono.fromRunnable(() -> STORE.run("update cortex_" + change + " where run_id = '" + run.runId() + "'"));
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return STORE.aMinuteLater();
    }
}
