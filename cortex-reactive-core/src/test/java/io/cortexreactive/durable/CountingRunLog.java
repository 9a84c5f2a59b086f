package io.cortexreactive.durable;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One that counts what followers ask it, and can be away. */
final class CountingRunLog extends ForwardingRunLog {

    final AtomicInteger asked = new AtomicInteger();
    private final Sinks.Many<Integer> looked = Sinks.many().multicast().directBestEffort();

    /** Looks for all, by how many runs they were for. */
    final Flux<Integer> looks = looked.asFlux();

    volatile @Nullable StoreUnavailableException away;

    CountingRunLog(RunLog log) {
        super(log);
    }

    @Override
    public Mono<RunRecord> load(RunKey key) {
        return counted(Flux.from(log.load(key))).next();
    }

    @Override
    public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
        return counted(log.journal(key, after, limit));
    }

    @Override
    public Flux<RunKey> changed(Map<RunKey, Integer> seen) {
        return counted(log.changed(seen)).doOnComplete(() -> looked.tryEmitNext(seen.size()));
    }

    private <T> Flux<T> counted(Flux<T> step) {
        return Flux.defer(() -> {
            asked.incrementAndGet();
            StoreUnavailableException error = away;
            return error == null ? step : Flux.error(error);
        });
    }
}
