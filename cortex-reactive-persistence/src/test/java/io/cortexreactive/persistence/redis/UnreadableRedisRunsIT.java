package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.UnreadableRunsContract;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class UnreadableRedisRunsIT extends UnreadableRunsContract {

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared());

    private final RunLog log = store.log();

    @Override
    protected RunLog log() {
        return log;
    }

    private String key(String kind, RunKey run) {
        return store.key(kind + ":" + run.tenantId().length() + ":" + run.tenantId() + run.runId());
    }

    /** An error that is no JSON, which scripts do not read, or a field that they need. */
    @Override
    protected Mono<Void> damage(RunKey run, int how) {
        return Mono.fromRunnable(() -> {
            if (how == 0) {
                store.commands().hset(key("run", run), "error", "{");
            } else {
                store.commands().hset(key("run", run), "epoch", "many");
            }
        });
    }

    @Override
    protected Mono<Void> damageJournal(RunKey run) {
        return Mono.fromRunnable(() -> store.commands().lset(key("journal", run), 0, "\1no journal"));
    }

    @Override
    protected Mono<Void> mend(RunKey run) {
        return Mono.fromRunnable(() -> store.commands().hdel(key("run", run), "error"));
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return store.aMinute();
    }
}
