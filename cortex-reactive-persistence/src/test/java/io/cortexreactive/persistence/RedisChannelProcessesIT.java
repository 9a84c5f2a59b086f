package io.cortexreactive.persistence;

import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;

class RedisChannelProcessesIT extends ChannelProcessesContract {

    private final String prefix = Tenancy.newCorrelationId();

    @Override
    String address() {
        return RedisServer.shared().address() + "#" + prefix;
    }
}
