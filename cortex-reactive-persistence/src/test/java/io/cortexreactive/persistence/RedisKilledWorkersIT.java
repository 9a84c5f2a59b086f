package io.cortexreactive.persistence;

import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;

class RedisKilledWorkersIT extends KilledWorkersContract {

    private final String prefix = Tenancy.newCorrelationId();

    @Override
    String address() {
        return RedisServer.shared().address() + "#" + prefix;
    }
}
