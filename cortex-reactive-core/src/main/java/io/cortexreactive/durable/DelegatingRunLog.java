package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Another log, under a type of its own. */
public interface DelegatingRunLog extends RunLog {

    /** The one that is asked. */
    RunLog runs();

    @Override
    default Mono<Started> start(NewRun run) {
        return runs().start(run);
    }

    @Override
    default Mono<RunRecord> load(RunKey key) {
        return runs().load(key);
    }

    @Override
    default Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return runs().journal(key, after, limit);
    }

    @Override
    default Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return runs().changed(seen);
    }

    @Override
    default Flux<RunRecord> page(Query query) {
        return runs().page(query);
    }

    @Override
    default Mono<Answered> answer(RunKey key, Answer answer) {
        return runs().answer(key, answer);
    }

    @Override
    default Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        return runs().cancel(key, commitId);
    }

    @Override
    default Mono<Instant> register(String worker, Duration ttl) {
        return runs().register(worker, ttl);
    }

    @Override
    default Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        return runs().beat(worker, ttl, draining, held);
    }

    @Override
    default Mono<Void> leave(String worker) {
        return runs().leave(worker);
    }

    @Override
    default Flux<RunRecord> claim(Claim claim) {
        return runs().claim(claim);
    }

    @Override
    default Flux<QueueLoad> load() {
        return runs().load();
    }

    @Override
    default Flux<WorkerInfo> workers() {
        return runs().workers();
    }

    @Override
    default Mono<Verdict> commit(Transition transition) {
        return runs().commit(transition);
    }

    @Override
    default Mono<Verdict> branch(BranchResult result) {
        return runs().branch(result);
    }

    @Override
    default Flux<Swept> sweep(int limit) {
        return runs().sweep(limit);
    }

    @Override
    default Flux<Swept> expire(int limit, ErrorInfo late) {
        return runs().expire(limit, late);
    }

    @Override
    default Flux<RunKey> orphans(int limit) {
        return runs().orphans(limit);
    }

    @Override
    default Flux<Notice> notices(String reader, int limit) {
        return runs().notices(reader, limit);
    }

    @Override
    default Mono<Void> settle(Collection<Notice> notices) {
        return runs().settle(notices);
    }

    @Override
    default Mono<Boolean> put(RunRecord run, UUID commitId) {
        return runs().put(run, commitId);
    }

    @Override
    default Mono<Long> purge() {
        return runs().purge();
    }

    @Override
    default Mono<Boolean> remove(RunKey key) {
        return runs().remove(key);
    }

    @Override
    default long unreadable() {
        return runs().unreadable();
    }
}
