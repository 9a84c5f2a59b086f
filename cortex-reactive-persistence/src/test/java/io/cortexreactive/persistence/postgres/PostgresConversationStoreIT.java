package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationStoreContract;
import io.cortexreactive.message.Message;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PostgresConversationStoreIT extends ConversationStoreContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static ConversationStore store;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        store = PostgresConversationStore.create(pool, PostgresSettings.DEFAULTS.withMigrations(Migrations.AUTO));
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    @Override
    protected ConversationStore store() {
        return store;
    }

    @Override
    protected Duration shortLease() {
        return Duration.ofMinutes(3);
    }

    /** The clock of the server is not to be moved, so the leases are. */
    @Override
    protected Mono<Void> afterShortLease() {
        return Flux.usingWhen(
                        pool.create(),
                        connection -> PostgresDatabase.execute(
                                connection,
                                "update cortex_conversations set held_until = held_until - interval '3 minutes'"),
                        connection -> connection.close())
                .then();
    }

    @Test
    void messagesAddedWhileAConversationIsDeletedAreWholeOrGone() {
        ConversationKey key = new ConversationKey("acme", "deleted again and again");
        Flux<Long> writer = Flux.range(0, 200)
                .concatMap(i -> store.lastPosition(key)
                        .flatMap(last -> store.append(key, last, List.of(Message.user("a"), Message.user("b"))))
                        .onErrorResume(error -> Mono.empty()));
        Flux<Void> deleter = Flux.range(0, 200).concatMap(i -> store.delete(key));

        Flux.merge(writer.subscribeOn(Schedulers.parallel()), deleter.subscribeOn(Schedulers.parallel()))
                .blockLast(TIMEOUT);

        long last = store.lastPosition(key).blockOptional(TIMEOUT).orElseThrow();
        assertThat(store.append(key, last, List.of(Message.user("c"))).block(TIMEOUT))
                .isEqualTo(last + 1);
        assertThat(store.read(key, 0, 1000).count().block(TIMEOUT)).isEqualTo(last + 1);
    }
}
