package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.millis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.cortexreactive.resilience.Detached;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What nobody asks for, but somebody must do. Each of it may be done by many at once, and again. */
record Upkeep(Database database, SqlFile sql, Times times) {

    private static final int AT_A_TIME = 1_000;

    /** So that a sweep is over soon, and yet forgets more than is added until the next one. */
    private static final int TRIMS_A_SWEEP = 10;

    private static final Duration READER = Duration.ofSeconds(30);

    private static final String CRASH_LOOP = Objects.requireNonNull(StoredJson.error(RunLog.CRASH_LOOP));

    Flux<Swept> sweep(int limit) {
        return Flux.concat(
                swept("due", limit),
                swept("wake", limit),
                swept("recover", limit, RunLog.MOST_RECOVERIES, CRASH_LOOP),
                swept("pause_timeout", limit),
                trimmed().take(TRIMS_A_SWEEP).thenMany(Flux.empty()));
    }

    Flux<Swept> expire(int limit, ErrorInfo late) {
        Duration longest = times.keepPaused();
        return Flux.concat(
                swept("expire", limit, Objects.requireNonNull(StoredJson.error(late))),
                longest == null ? Flux.empty() : swept("give_up", limit, millis(longest)));
    }

    private Flux<Swept> swept(String statement, Object... values) {
        return Detached.run(Mono.defer(() -> database.write(sql.query(statement, values), RunRows::swept)))
                .flatMapIterable(all -> all);
    }

    /** How many notices are forgotten that nobody takes off; a batch is a statement. */
    private Flux<Integer> trimmed() {
        return Mono.defer(this::trimSome).expand(count -> count < AT_A_TIME ? Mono.empty() : trimSome());
    }

    private Mono<Integer> trimSome() {
        Query delete = sql.query("trim", millis(times.keepNotices()), AT_A_TIME);
        return database.step(again -> database.write(delete, row -> true)).map(List::size);
    }

    private Mono<Void> write(String statement, Object... values) {
        return database.step(again -> database.write(sql.query(statement, values), row -> true))
                .then();
    }

    Flux<RunKey> orphans(int limit) {
        return database.read(sql.query("orphans", limit), RunRows::key).flatMapIterable(keys -> keys);
    }

    Flux<Notice> notices(String reader, int limit) {
        return Detached.run(database.write(sql.query("notices", reader, limit, millis(READER)), RunRows::notice))
                .flatMapIterable(all -> all);
    }

    Mono<Void> settle(Collection<Notice> notices) {
        Long[] ids =
                notices.stream().map(notice -> Long.valueOf(notice.position())).toArray(Long[]::new);
        return ids.length == 0 ? Mono.empty() : write("settle", (Object) ids);
    }

    /** The count of what was removed; a batch is a statement. */
    Mono<Long> purge() {
        return trimmed()
                .then(Mono.defer(this::purgeSome))
                .expand(count -> count < AT_A_TIME ? Mono.empty() : purgeSome())
                .reduce(0L, Long::sum)
                .delayUntil(count -> write("purge_workers"));
    }

    private Mono<Long> purgeSome() {
        Query delete = sql.query("purge", millis(times.keepRuns()), AT_A_TIME);
        return database.step(again -> database.write(delete, row -> true))
                .map(List::size)
                .map(Long::valueOf);
    }
}
