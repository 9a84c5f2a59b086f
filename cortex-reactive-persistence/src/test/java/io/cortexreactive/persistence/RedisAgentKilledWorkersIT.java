package io.cortexreactive.persistence;

import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;

class RedisAgentKilledWorkersIT extends AgentKilledWorkersContract {

    private final String prefix = Tenancy.newCorrelationId();

    @Override
    String address() {
        return RedisServer.shared().address() + "#" + prefix;
    }
}
