package io.cortexreactive;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.tenant.TenantManager;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The channels of a view's tenant. */
record TenantBroadcaster(Broadcaster broadcaster, TenantManager tenants) implements Broadcaster {

    @Override
    public Mono<Void> publish(String channel, Flux<?> items) {
        return tenants.run(tenant -> broadcaster.publish(channel, items)).then();
    }

    @Override
    public Flux<ChannelMessage> follow(String channel, @Nullable String afterId) {
        return tenants.run(tenant -> broadcaster.follow(channel, afterId));
    }

    @Override
    public Flux<Integer> followers(String channel) {
        return tenants.run(tenant -> broadcaster.followers(channel));
    }
}
