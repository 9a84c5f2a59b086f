package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.workflow.SavedStatesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSavedStatesIT extends SavedStatesContract {

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared());

    private final RunLog log = store.log();

    @Override
    protected RunLog log() {
        return log;
    }
}
