package io.cortexreactive.persistence.postgres;

import static java.util.Objects.requireNonNull;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.channel.ChannelStore;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/**
 * Channels in PostgreSQL, 14 or later, which any number of processes publish to and follow, in tables of the same
 * schema as {@link PostgresRunStore}'s. What was published, to whom and from where one may go on, outlives every
 * process.
 *
 * <p>A process looks for what is new in a channel with one statement after the other, however many follow there: 20 ms
 * after it has found something, and 500 ms apart once nothing comes; what is published in the same process is seen at
 * once. Up to 1,024 items of a publication wait for the database; then their source does. A publisher that was not
 * heard of for {@link ChannelStore#LEASE} has lost its channel: those who follow hear the error
 * {@code publication_lost} at its end, and it gets {@link io.cortexreactive.chat.channel.PublicationLostException}.
 *
 * <p>An outage of some seconds is ridden out, by those who publish and by those who follow. Then they fail as
 * {@link PostgresRunStore} does. Once a minute, whoever ends a publication forgets channels that are too old.
 */
public final class PostgresBroadcaster {

    /** About what a message takes besides its JSON, as {@link ChannelLimits} counts it. */
    private static final long OVERHEAD = ChannelLimits.OVERHEAD;

    private static final long PAGE_BYTES = 1024L * 1024;

    private PostgresBroadcaster() {}

    /** With {@link ChannelLimits#DEFAULTS}, on the tables that the search path finds, which must be there. */
    public static Broadcaster create(ConnectionFactory connections) {
        return create(connections, PostgresSettings.DEFAULTS, ChannelLimits.DEFAULTS);
    }

    /**
     * On these connections, best of a pool; they stay yours to close. Nothing is done before the first use.
     *
     * @param limits how much is kept; the same in all processes, or those that keep less win
     */
    public static Broadcaster create(ConnectionFactory connections, PostgresSettings settings, ChannelLimits limits) {
        return ChannelStore.broadcaster(store(connections, settings, limits), limits);
    }

    static ChannelStore store(ConnectionFactory connections, PostgresSettings settings, ChannelLimits limits) {
        SchemaCheck schema =
                new SchemaCheck(PostgresMigrations.create(connections, settings).run());
        return new Channels(
                new Database(connections, schema.ready(), settings.times()),
                SqlFile.of(SqlFile.text("channels.sql"), places(settings, limits)));
    }

    private static Map<String, String> places(PostgresSettings settings, ChannelLimits limits) {
        Map<String, String> places = new TreeMap<>();
        places.put("channels", settings.table("channels"));
        places.put("messages", settings.table("channel_messages"));
        places.put("presence", settings.table("channel_followers"));
        places.put("most", Integer.toString(limits.messages()));
        places.put("bytes", Long.toString(limits.bytes()));
        places.put("bytes_in_all", Long.toString(limits.bytesInAll()));
        places.put("age", String.valueOf(Query.longMillis(limits.age())));
        places.put("overhead", Long.toString(OVERHEAD));
        places.put("page", Long.toString(PAGE_BYTES));
        return places;
    }

    private record Channels(Database database, SqlFile sql) implements ChannelStore {

        private static Object[] values(ChannelKey key, Object... more) {
            String tenant = key.tenantId();
            List<Object> values = new ArrayList<>(List.of(tenant == null ? "" : tenant, key.channel()));
            values.addAll(Arrays.asList(more));
            return values.toArray();
        }

        private Query query(String statement, ChannelKey key, Object... more) {
            return sql.query(statement, values(key, more));
        }

        @Override
        public Mono<Boolean> begin(ChannelKey key, String publication) {
            Query begin = query("begin", key, publication, LEASE.toMillis());
            Query begun = query("begun", key, publication);
            return database.step(again -> database.writeOne(begin, row -> true)
                    .switchIfEmpty(again ? database.readOne(begun, row -> true) : Mono.empty())
                    .defaultIfEmpty(false));
        }

        /** One that was sent before, by this step or by another, is told by where the counter is. */
        @Override
        public Mono<Boolean> append(Append append) {
            Query write = appending(append);
            long last = append.after() + append.messages().size();
            Query landed = query("appended", append.key(), append.publication(), last, append.last());
            return database.step(again -> database.writeOne(write, row -> true)
                    .switchIfEmpty(database.readOne(landed, row -> true))
                    .defaultIfEmpty(false));
        }

        private Query appending(Append append) {
            List<byte[]> messages =
                    append.messages().stream().map(StoredJson::bytes).toList();
            long bytes = messages.stream()
                    .mapToLong(message -> message.length + OVERHEAD)
                    .sum();
            List<Object> values = new ArrayList<>(
                    Arrays.asList(values(append.key(), append.publication(), append.after(), bytes, append.last())));
            values.addAll(new GroupValues<>(messages)
                    .body(message -> message)
                    .query("")
                    .values());
            values.addAll(List.of(LEASE.toMillis(), append.ifLost()));
            return new Query(sql.get("append"), values);
        }

        @Override
        public Mono<Page> read(ChannelKey key, long after, int limit) {
            return database.read(query("read", key, after, limit), Channels::page)
                    .map(Channels::together);
        }

        private static Page together(List<Page> rows) {
            if (rows.isEmpty()) {
                return Page.NOTHING;
            }
            Page first = rows.get(0);
            List<Stored> messages =
                    rows.stream().flatMap(row -> row.messages().stream()).toList();
            return new Page(first.publication(), first.latest(), first.ended(), first.lost(), messages);
        }

        /** A row has one message, or none. */
        private static Page page(Readable row) {
            Long seq = row.get("seq", Long.class);
            return new Page(
                    row.get("publication", String.class),
                    requireNonNull(row.get("last_seq", Long.class)),
                    RunRows.truth(row, "ended"),
                    RunRows.truth(row, "lost"),
                    seq == null ? List.of() : List.of(new Stored(seq, message(row))));
        }

        private static String message(Readable row) {
            return StoredJson.text(requireNonNull(RunRows.bytes(row, "message")), "json");
        }

        @Override
        public Mono<Void> announce(Presence presence) {
            Query announce = query(
                    "announce",
                    presence.key(),
                    presence.process(),
                    presence.followers(),
                    presence.version(),
                    LEASE.toMillis());
            return database.step(again -> database.write(announce, row -> true)).then();
        }

        @Override
        public Mono<Integer> followers(ChannelKey key) {
            return database.readOne(
                    query("followers", key), row -> requireNonNull(row.get("followers", Integer.class)));
        }

        @Override
        public Mono<Void> purge() {
            return database.step(again -> database.writeOne(sql.query("purge"), row -> true))
                    .then();
        }
    }
}
