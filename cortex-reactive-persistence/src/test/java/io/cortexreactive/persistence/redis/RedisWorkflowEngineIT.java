package io.cortexreactive.persistence.redis;

import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.WorkflowEngineContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisWorkflowEngineIT extends WorkflowEngineContract {

    @RegisterExtension
    final RedisStore redis = new RedisStore(RedisServer.shared());

    private final RunStore store = RunStore.of(redis.log());

    @Override
    protected RunStore store() {
        return store;
    }
}
