package io.cortexreactive.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Another log, a step of which can be overridden. */
public class ForwardingRunLog implements RunLog {

    final RunLog log;

    protected ForwardingRunLog(RunLog log) {
        this.log = log;
    }

    @Override
    public Mono<Started> start(NewRun run) {
        return log.start(run);
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return log.load(key);
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return log.journal(key, after, limit);
    }

    @Override
    public Flux<RunRecord> page(Query query) {
        return log.page(query);
    }

    @Override
    public Mono<Answered> answer(RunKey key, Answer answer) {
        return log.answer(key, answer);
    }

    @Override
    public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
        return log.cancel(key, commitId);
    }

    @Override
    public Mono<Instant> register(String worker, Duration ttl) {
        return log.register(worker, ttl);
    }

    @Override
    public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
        return log.beat(worker, ttl, draining, held);
    }

    @Override
    public Mono<Void> leave(String worker) {
        return log.leave(worker);
    }

    @Override
    public Flux<RunRecord> claim(Claim claim) {
        return log.claim(claim);
    }

    @Override
    public Mono<Verdict> commit(Transition transition) {
        return log.commit(transition);
    }

    @Override
    public Mono<Verdict> branch(BranchResult result) {
        return log.branch(result);
    }

    @Override
    public Flux<Swept> sweep(int limit) {
        return log.sweep(limit);
    }

    @Override
    public Flux<RunKey> orphans(int limit) {
        return log.orphans(limit);
    }

    @Override
    public Flux<Notice> notices(String reader, int limit) {
        return log.notices(reader, limit);
    }

    @Override
    public Mono<Void> settle(Collection<Notice> notices) {
        return log.settle(notices);
    }

    @Override
    public Mono<Boolean> put(RunRecord run, UUID commitId) {
        return log.put(run, commitId);
    }

    @Override
    public Mono<Long> purge() {
        return log.purge();
    }

    @Override
    public long unreadable() {
        return log.unreadable();
    }

    @Override
    public Mono<Boolean> remove(RunKey key) {
        return log.remove(key);
    }
}
