package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.millis;
import static java.util.Objects.requireNonNull;

import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.memory.ConversationChangedException;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationSummary;
import io.cortexreactive.memory.MessagePages;
import io.cortexreactive.memory.StoredMessage;
import io.cortexreactive.message.Message;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Conversations in PostgreSQL, 14 or later, for any number of processes, in tables of the same schema as
 * {@link PostgresRunStore}'s. A step is one statement, which commits by itself, and fails as one of that store does.
 * All messages are kept.
 */
public final class PostgresConversationStore implements ConversationStore {

    private final Database database;
    private final SqlFile sql;

    private PostgresConversationStore(Database database, SqlFile sql) {
        this.database = database;
        this.sql = sql;
    }

    /** On the tables that the search path finds, which must be there. */
    public static ConversationStore create(ConnectionFactory connections) {
        return create(connections, PostgresSettings.DEFAULTS);
    }

    /** On these connections, best of a pool; they stay yours to close. Nothing is done before the first use. */
    public static ConversationStore create(ConnectionFactory connections, PostgresSettings settings) {
        StoredJson.load();
        SchemaCheck schema =
                new SchemaCheck(PostgresMigrations.create(connections, settings).run());
        Map<String, String> tables =
                Map.of("conversations", settings.table("conversations"), "messages", settings.table("messages"));
        return new PostgresConversationStore(
                new Database(connections, schema.ready(), settings.times()),
                SqlFile.of(SqlFile.text("conversations.sql"), tables));
    }

    private Query query(String statement, ConversationKey key, Object... values) {
        List<Object> all = new ArrayList<>(List.of(tenant(key), key.conversationId()));
        all.addAll(Arrays.asList(values));
        return new Query(sql.get(statement), all);
    }

    private static String tenant(ConversationKey key) {
        String tenant = key.tenantId();
        return tenant == null ? "" : tenant;
    }

    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        return database.readOne(query("last", key), PostgresConversationStore::position)
                .defaultIfEmpty(0L);
    }

    private static Long position(Readable row) {
        return requireNonNull(row.get("last_position", Long.class));
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return MessagePages.read(
                after,
                limit,
                (last, count) -> database.read(query("read", key, last, count), PostgresConversationStore::stored));
    }

    private static StoredMessage stored(Readable row) {
        return new StoredMessage(
                requireNonNull(row.get("position", Long.class)),
                StoredJson.message(requireNonNull(RunRows.bytes(row, "message")), row.get("codec", String.class)));
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        List<Message> more = List.copyOf(messages);
        return more.isEmpty()
                ? lastPosition(key).doOnNext(last -> requireSame(key, expectedLast, last))
                : Mono.defer(() -> append(key, expectedLast, more, RunWriter.newCommitId()));
    }

    private static void requireSame(ConversationKey key, long expectedLast, long last) {
        if (last != expectedLast) {
            throw new ConversationChangedException(key);
        }
    }

    private Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages, UUID change) {
        GroupValues<byte[]> bodies =
                new GroupValues<>(messages.stream().map(StoredJson::message).toList()).body(body -> body);
        List<Object> values = new ArrayList<>(List.of(tenant(key), key.conversationId(), expectedLast, change));
        values.addAll(bodies.query("").values());
        Query write = new Query(sql.get("append"), values);
        Query landed = query("appended", key, change);
        return database.step(again -> database.writeOne(write, PostgresConversationStore::position)
                .switchIfEmpty(again ? database.readOne(landed, PostgresConversationStore::position) : Mono.empty())
                .switchIfEmpty(Mono.error(() -> new ConversationChangedException(key))));
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return database.step(again -> database.writeOne(query("acquire", key, holder, millis(ttl)), row -> true)
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return database.step(again -> database.write(query("release", key, holder), row -> true))
                .then();
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return database.readOne(query("summary", key), PostgresConversationStore::summary);
    }

    private static ConversationSummary summary(Readable row) {
        byte[] text = requireNonNull(RunRows.bytes(row, "summary"));
        return new ConversationSummary(
                new String(text, StandardCharsets.UTF_8), requireNonNull(row.get("summary_up_to", Long.class)));
    }

    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        byte[] text = summary.text().getBytes(StandardCharsets.UTF_8);
        Query update = query("summarize", key, expectedUpTo, summary.upTo(), text);
        return database.step(again -> database.writeOne(update, row -> true)
                .switchIfEmpty(again ? kept(key, summary) : Mono.empty())
                .defaultIfEmpty(false));
    }

    private Mono<Boolean> kept(ConversationKey key, ConversationSummary summary) {
        return summary(key).map(summary::equals);
    }

    /** What is added meanwhile makes it look again. */
    @Override
    public Mono<Void> delete(ConversationKey key) {
        return database.step(again -> database.writeOne(query("delete", key), row -> RunRows.truth(row, "done"))
                        .filter(done -> done)
                        .repeatWhenEmpty(tries -> tries)
                        .then(Mono.defer(() -> database.write(query("forget", key), row -> true))))
                .then();
    }
}
