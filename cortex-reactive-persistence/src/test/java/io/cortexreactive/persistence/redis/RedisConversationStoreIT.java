package io.cortexreactive.persistence.redis;

import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationStoreContract;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;

class RedisConversationStoreIT extends ConversationStoreContract {

    private static final Duration SHORT = Duration.ofMillis(300);

    private final RedisClient client = RedisServer.shared().client();
    private final ConversationStore store = RedisConversationStore.create(client, RedisSettings.defaults());

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Override
    protected ConversationStore store() {
        return store;
    }

    @Override
    protected Duration shortLease() {
        return SHORT;
    }

    @Override
    protected Mono<Void> afterShortLease() {
        return Mono.delay(SHORT.plusMillis(50)).then();
    }
}
