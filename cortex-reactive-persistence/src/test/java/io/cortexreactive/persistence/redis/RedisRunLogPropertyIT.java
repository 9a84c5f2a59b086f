package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLogPropertyContract;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class RedisRunLogPropertyIT extends RunLogPropertyContract {

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared());

    private final RunLog log = store.log();

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return store.aMinute();
    }
}
