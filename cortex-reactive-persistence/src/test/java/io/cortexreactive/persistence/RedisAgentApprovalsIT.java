package io.cortexreactive.persistence;

import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;

class RedisAgentApprovalsIT extends AgentApprovalsContract {

    private final String prefix = Tenancy.newCorrelationId();

    @Override
    String address() {
        return RedisServer.shared().address() + "#" + prefix;
    }
}
