package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.Query.millis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StoreFailedException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
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
 * @param beats connections that others do not wait for
 */
record WorkerSteps(Database database, Database beats, SqlFile sql) {

    Mono<Instant> register(String worker, Duration ttl) {
        Query insert = sql.query("register", worker, millis(ttl));
        return beats.step(again -> beats.writeOne(insert, row -> RunRows.instant(row, "at"))
                .switchIfEmpty(Mono.error(() -> new StoreFailedException(
                        "The worker '" + worker + "' has gone; its id is not used again.", null))));
    }

    Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        List<Map.Entry<RunKey, Long>> runs = List.copyOf(held.entrySet());
        Query update = sql.query(
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
        return beats.step(again -> beats.write(sql.query("leave", worker), row -> true))
                .then();
    }

    /**
     * What was claimed when an answer was lost is found by the id of the claim; what even that misses, the next beats
     * give back.
     */
    Flux<RunRecord> claim(Claim claim) {
        if (claim.limit() <= 0 || claim.codes().isEmpty()) {
            return Flux.empty();
        }
        return Mono.defer(() -> claim(claim, RunWriter.newCommitId())).flatMapIterable(runs -> runs);
    }

    private Mono<List<RunRecord>> claim(Claim claim, UUID id) {
        Query update = update(claim, id);
        Query look = sql.query("claimed", claim.worker(), id);
        Mono<List<RunRecord>> before = database.read(look, RunRows::run).collectList();
        return database.step(again -> (again ? before : Mono.just(List.<RunRecord>of()))
                .filter(found -> !found.isEmpty())
                .switchIfEmpty(database.write(update, RunRows::run)));
    }

    private Query update(Claim claim, UUID id) {
        String[] definitions =
                claim.codes().stream().map(RunRecord.Code::definition).toArray(String[]::new);
        String[] versions = claim.codes().stream().map(RunRecord.Code::version).toArray(String[]::new);
        RunKey only = claim.only();
        return only == null
                ? sql.query("claim", claim.worker(), id, claim.queue(), claim.limit(), definitions, versions)
                : sql.query(
                        "claim_one",
                        claim.worker(),
                        id,
                        claim.queue(),
                        claim.limit(),
                        definitions,
                        versions,
                        only.tenantId(),
                        only.runId());
    }
}
