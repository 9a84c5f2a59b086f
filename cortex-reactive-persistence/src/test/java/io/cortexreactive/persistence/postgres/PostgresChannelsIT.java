package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelTrimmedException;
import io.cortexreactive.chat.channel.ChannelStore;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.persistence.LostPublisherContract;
import io.cortexreactive.persistence.TcpRelay;
import io.cortexreactive.persistence.postgres.PostgresSettings.Migrations;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** What the tables keep, and forget. */
class PostgresChannelsIT extends LostPublisherContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final PostgresSettings SETTINGS = PostgresSettings.DEFAULTS.withMigrations(Migrations.AUTO);
    private static final ChannelLimits LIMITS = new ChannelLimits(100, 5_000, Duration.ofHours(1), 12_000);
    private static final ChannelKey KEY = new ChannelKey("acme", "answer");

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static ChannelStore store;
    private static Broadcaster broadcaster;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        store = PostgresBroadcaster.store(pool, SETTINGS, LIMITS);
        broadcaster = ChannelStore.broadcaster(store, LIMITS);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    @Override
    protected Broadcaster broadcaster() {
        return broadcaster;
    }

    @Override
    protected void leasesEnd() {
        DATABASE.run("update cortex_channels set held_until = now()");
    }

    private static void publish(String channel, Flux<?> items) {
        broadcaster.publish(channel, items).block(TIMEOUT);
    }

    private static boolean exists(String table, String channel) {
        return PostgresDatabase.exists(
                DATABASE.connections(), "select 1 from cortex_" + table + " where channel = '" + channel + "'");
    }

    @Test
    void bytesOfAChannelAreBounded() {
        publish("large", Flux.just("x".repeat(1_000)).repeat(50));

        assertThat(PostgresDatabase.exists(
                        DATABASE.connections(),
                        "select 1 from cortex_channel_messages where channel = 'large'"
                                + " having sum(length(message) + 200) between 3500 and 5000"))
                .isTrue();
    }

    @Test
    void whatIsTooOldIsNotTold() {
        publish("old", Flux.just("a"));
        DATABASE.run(
                "update cortex_channel_messages set created_at = now() - interval '2 hours' where channel = 'old'");

        assertThatThrownBy(() -> broadcaster.follow("old", null).blockLast(TIMEOUT))
                .isInstanceOf(ChannelTrimmedException.class);
    }

    @Test
    void channelsThatAreTooOldAreForgotten() {
        publish("over", Flux.just("a"));
        publish("young", Flux.just("a"));
        DATABASE.run("update cortex_channels set ended_at = now() - interval '2 hours' where channel = 'over'");
        store.purge().block(TIMEOUT);

        assertThat(exists("channels", "over")).isFalse();
        assertThat(exists("channel_messages", "over")).isFalse();
        assertThat(exists("channel_messages", "young")).isTrue();
        DATABASE.run("delete from cortex_channels where channel = 'young'");
    }

    @Test
    void ofAllThatHaveTooMuchThoseThatEndedFirstAreForgotten() {
        String item = "x".repeat(4_000);
        for (String channel : new String[] {"first", "second", "third", "fourth"}) {
            publish(channel, Flux.just(item));
        }
        store.purge().block(TIMEOUT);

        assertThat(exists("channels", "first")).isFalse();
        assertThat(exists("channels", "second")).isFalse();
        assertThat(exists("channel_messages", "third")).isTrue();
        assertThat(exists("channel_messages", "fourth")).isTrue();
    }

    @Test
    void lateAnnouncementsChangeNothing() {
        store.announce(new ChannelStore.Presence(KEY, "process", 3, 2))
                .then(store.announce(new ChannelStore.Presence(KEY, "process", 1, 1)))
                .block(TIMEOUT);

        assertThat(store.followers(KEY).block(TIMEOUT)).isEqualTo(3);
        DATABASE.run("update cortex_channel_followers set expires_at = now()");
        assertThat(store.followers(KEY).block(TIMEOUT)).isZero();
    }

    @Test
    void silentConnectionsEndEverything() {
        TcpRelay relay = TcpRelay.to(DATABASE.server().host(), DATABASE.server().port());
        ConnectionPool through = new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host("localhost")
                                .port(relay.port())
                                .username(PostgresServer.SUPERUSER)
                                .database(DATABASE.name())
                                .build()))
                .initialSize(0)
                .maxSize(1)
                .build());
        ChannelStore silent = PostgresBroadcaster.store(
                through,
                SETTINGS.withTimes(Times.DEFAULTS.withPatience(Duration.ofSeconds(1), Duration.ofSeconds(2))),
                LIMITS);
        silent.followers(KEY)
                .retryWhen(Retry.max(30).filter(StoreUnavailableException.class::isInstance))
                .block(TIMEOUT);
        relay.silence(true);

        assertEnds(silent.begin(KEY, "publication"));
        assertEnds(silent.read(KEY, 0, 10));
        assertEnds(silent.announce(new ChannelStore.Presence(KEY, "process", 1, 9)));
        assertEnds(silent.purge());
        relay.stop();
        through.close().onErrorComplete().block(TIMEOUT);
    }

    private static void assertEnds(Publisher<?> operation) {
        StepVerifier.create(Flux.from(operation).then())
                .expectError(StoreUnavailableException.class)
                .verify(Duration.ofSeconds(20));
    }
}
