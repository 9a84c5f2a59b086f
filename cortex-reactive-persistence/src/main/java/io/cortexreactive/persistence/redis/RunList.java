package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunPages;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.UnreadableRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads several runs at once. One that cannot be read is left out, so that it does not cost the others: in a page the
 * next one comes in its place, and one that was claimed is put off.
 */
record RunList(RedisScripts<RunScript> scripts, UnreadableRuns unreadable) {

    /** How long a run is left aside that cannot be read; another version may be able to. */
    private static final Duration ASIDE = Duration.ofSeconds(30);

    /** @param kept hears of each run, and by what claim it was taken */
    Flux<RunRecord> claim(Claim claim, String token, BiConsumer<RunRecord, @Nullable String> kept) {
        return scripts.run(RunScript.CLAIM, Requests.claim(claim, token))
                .flatMap(reply -> readable(reply, token))
                .flatMapIterable(runs -> {
                    runs.forEach(run -> kept.accept(run, token));
                    return runs;
                });
    }

    private Mono<List<RunRecord>> readable(List<?> reply, String token) {
        List<RunKey> unread = new ArrayList<>();
        List<RunRecord> runs = read(reply, unread);
        return Flux.fromIterable(unread)
                .concatMap(
                        key -> scripts.run(RunScript.PUT_OFF, Arguments.of(key.tenantId(), key.runId(), token, ASIDE))
                                .onErrorComplete())
                .then(Mono.just(runs));
    }

    private List<RunRecord> read(List<?> reply, List<RunKey> unread) {
        List<RunRecord> runs = new ArrayList<>();
        for (Object part : reply) {
            List<?> flat = (List<?>) part;
            try {
                runs.add(Replies.run(flat));
            } catch (CorruptStateException e) {
                RunKey key = Replies.named(flat);
                unreadable.add(key, e);
                unread.add(key);
            }
        }
        return runs;
    }

    Flux<RunRecord> page(Query query) {
        return RunPages.read(query, (before, count) -> page(query, before, count));
    }

    private Mono<RunPages.Found> page(Query query, @Nullable Cursor before, int limit) {
        Arguments arguments = Arguments.of(query.tenantId(), query.definition())
                .add(query.status() == null ? null : query.status().value())
                .add(before == null ? null : before.createdAt(), before == null ? null : before.runId(), limit)
                .add(query.parent());
        return scripts.run(RunScript.PAGE, arguments)
                .map(reply -> new RunPages.Found(Replies.places(reply), read(reply, new ArrayList<>())));
    }

    /** Tells of runs that were found to be unreadable. */
    void unread(List<?> reply) {
        read(reply, new ArrayList<>());
    }
}
