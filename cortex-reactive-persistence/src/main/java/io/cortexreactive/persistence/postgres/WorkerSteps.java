package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.millis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.persistence.postgres.RunList.Row;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What workers do for themselves.
 *
 * @param list reads what they have taken
 * @param beats connections that others do not wait for
 */
record WorkerSteps(RunList list, Database beats) {

    /** How long a run is left aside that cannot be read; another version may be able to. */
    private static final Duration ASIDE = Duration.ofSeconds(30);

    private Database database() {
        return list.database();
    }

    private SqlFile sql() {
        return list.sql();
    }

    Mono<Instant> register(String worker, Duration ttl) {
        Query insert = sql().query("register", worker, millis(ttl));
        return beats.step(again -> beats.writeOne(insert, row -> RunRows.instant(row, "at"))
                .switchIfEmpty(Mono.error(() -> new StoreFailedException(
                        "The worker '" + worker + "' has gone; its id is not used again.", null))));
    }

    Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        List<Map.Entry<RunKey, Long>> runs = List.copyOf(held.entrySet());
        Query update = sql().query(
                        "beat",
                        worker,
                        millis(ttl),
                        draining,
                        runs.stream().map(run -> run.getKey().tenantId()).toArray(String[]::new),
                        runs.stream().map(run -> run.getKey().runId()).toArray(String[]::new),
                        runs.stream().map(Map.Entry::getValue).toArray(Long[]::new));
        return beats.step(again -> beats.write(update, Told::of).map(WorkerSteps::beat));
    }

    private record Told(boolean alive, @Nullable RunKey lost) {

        static Told of(Readable row) {
            boolean lost = row.get("run_id", String.class) != null;
            return new Told(RunRows.truth(row, "alive"), lost ? RunRows.key(row) : null);
        }
    }

    private static Beat beat(List<Told> told) {
        Set<RunKey> lost = new HashSet<>();
        for (Told one : told) {
            if (one.lost != null) {
                lost.add(one.lost);
            }
        }
        return new Beat(told.get(0).alive, Set.copyOf(lost));
    }

    Mono<Void> leave(String worker) {
        return beats.step(again -> beats.write(sql().query("leave", worker), row -> true))
                .then();
    }

    /**
     * What was claimed when an answer was lost is found by the id of the claim; what even that misses, the next beats
     * give back. What cannot be read is put off.
     */
    Flux<RunRecord> claim(Claim claim) {
        if (claim.limit() <= 0 || claim.codes().isEmpty()) {
            return Flux.empty();
        }
        return Mono.defer(() -> claim(claim, RunWriter.newCommitId()))
                .delayUntil(rows -> putOff(claim.worker(), rows))
                .flatMapIterable(list::readable);
    }

    private Mono<Void> putOff(String worker, List<Row> rows) {
        return Flux.fromIterable(rows)
                .filter(row -> row.run() == null)
                .concatMap(row -> putOff(worker, row))
                .then();
    }

    /** If that fails, beats give it back. */
    private Mono<Void> putOff(String worker, Row row) {
        Query update =
                sql().query("put_off", worker, row.key().tenantId(), row.key().runId(), row.epoch(), millis(ASIDE));
        return database()
                .step(again -> database().write(update, done -> true))
                .onErrorComplete()
                .then();
    }

    private Mono<List<Row>> claim(Claim claim, UUID id) {
        Query update = update(claim, id);
        Query look = sql().query("claimed", claim.worker(), id);
        Mono<List<Row>> before = database().read(look, Row::of);
        return database()
                .step(again -> (again ? before : Mono.just(List.<Row>of()))
                        .filter(found -> !found.isEmpty())
                        .switchIfEmpty(database().write(update, Row::of)));
    }

    private Query update(Claim claim, UUID id) {
        List<Object> values = new ArrayList<>(List.of(
                claim.worker(),
                id,
                claim.queue(),
                claim.limit(),
                claim.codes().stream().map(RunRecord.Code::definition).toArray(String[]::new),
                claim.codes().stream().map(RunRecord.Code::version).toArray(String[]::new)));
        RunLog.Fairness fairness = claim.fairness();
        if (fairness != null) {
            values.add(fairness.perTenant());
        }
        RunKey only = claim.only();
        if (only != null) {
            values.add(only.tenantId());
            values.add(only.runId());
        }
        return new Query(sql().get("claim" + (only == null ? "" : "_one") + (fairness == null ? "" : "_fair")), values);
    }
}
