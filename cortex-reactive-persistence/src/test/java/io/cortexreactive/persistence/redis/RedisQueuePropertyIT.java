package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.QueuePropertyContract;
import io.cortexreactive.durable.RunLog;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class RedisQueuePropertyIT extends QueuePropertyContract {

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared(), RedisStore.ownPrefix(), "agents");

    private final RunLog queue = store.log();

    @Override
    protected RunLog queue() {
        return queue;
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return store.aMinute();
    }

    @Override
    protected Mono<Void> forget() {
        return store.forget();
    }
}
