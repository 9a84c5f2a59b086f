package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunStoreContract;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class PostgresRunLogIT extends RunStoreContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static RunLog log;
    private static RunLog forgetful;
    private static RunLog impatient;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        log = TestRuns.on(pool).log();
        Times times =
                new Times(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofHours(1));
        forgetful = TestRuns.on(pool, TestRuns.SETTINGS.withTimes(times), SqlFile.text("runs.sql"))
                .log();
        Times soon = Times.DEFAULTS.withKeepPaused(Duration.ofSeconds(50));
        impatient = TestRuns.on(pool, TestRuns.SETTINGS.withTimes(soon), SqlFile.text("runs.sql"))
                .log();
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    @Override
    protected RunLog log() {
        return log;
    }

    @Override
    protected Mono<Void> forget() {
        return forgetful.purge().then();
    }

    @Override
    protected Mono<Void> giveUpPauses() {
        return TestRuns.aMinuteLater(pool)
                .thenMany(impatient.expire(1_000, LATE))
                .then();
    }

    @Override
    protected Duration shortTime() {
        return Duration.ofMinutes(1);
    }

    @Override
    protected Mono<Void> afterShortTime() {
        return TestRuns.aMinuteLater(pool);
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return TestRuns.aMinuteLater(pool);
    }

    @Override
    protected Mono<Void> afterNoticesAreOld() {
        return TestRuns.anHourLaterForNotices(pool);
    }
}
