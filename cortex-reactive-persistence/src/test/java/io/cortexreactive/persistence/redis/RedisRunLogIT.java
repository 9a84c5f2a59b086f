package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class RedisRunLogIT extends RunStoreContract {

    @RegisterExtension
    final RedisStore store = store();

    private final RunLog log = open();

    RedisStore store() {
        return new RedisStore(RedisServer.shared());
    }

    RunLog open() {
        return store.log();
    }

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> forget() {
        return store.forget();
    }

    @Override
    protected Mono<Void> giveUpPauses() {
        return store.giveUpPauses();
    }

    @Override
    protected Duration shortTime() {
        return Duration.ofMillis(300);
    }

    @Override
    protected Mono<Void> afterShortTime() {
        return Mono.delay(Duration.ofMillis(50)).then();
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return store.aMinute();
    }

    @Override
    protected Mono<Void> afterNoticesAreOld() {
        return store.anHourForNotices();
    }
}
