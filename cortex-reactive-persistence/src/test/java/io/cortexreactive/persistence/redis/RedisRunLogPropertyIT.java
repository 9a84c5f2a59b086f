package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLogPropertyContract;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;

class RedisRunLogPropertyIT extends RunLogPropertyContract {

    private final RedisStore store = new RedisStore(RedisServer.shared());
    private final RunLog log = store.log();

    @AfterEach
    void disconnect() {
        store.close();
    }

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return store.aMinute();
    }
}
