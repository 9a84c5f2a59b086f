package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderConfig;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** What a scripted provider and all its views have seen. Thread-safe. */
final class ScriptedCalls {

    final CallJournal<RecordedRequest> journal = new CallJournal<>(CallJournal.BUDGET_BYTES, call -> 0);
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final Sinks.Empty<Void> firstCancel = Sinks.empty();
    final Sinks.Empty<Void> closed = Sinks.empty();

    RecordedRequest open(ChatRequest request, ProviderConfig config) {
        return journal.open(number -> new RecordedRequest(number, request, config));
    }

    /** Counts what happens to one stream, from its subscription on, and ends it when the provider is closed. */
    <T> Flux<T> watch(Flux<T> stream, Supplier<Throwable> afterClose) {
        AtomicBoolean over = new AtomicBoolean();
        active.incrementAndGet();
        return stream.takeUntilOther(closed.asMono().then(Mono.error(afterClose)))
                .doOnRequest(n -> requested.updateAndGet(sum -> Operators.addCap(sum, n)))
                .doOnTerminate(() -> end(over))
                .doOnCancel(() -> cancel(over));
    }

    private boolean end(AtomicBoolean over) {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            active.decrementAndGet();
        }
        return first;
    }

    private void cancel(AtomicBoolean over) {
        if (end(over)) {
            cancelled.incrementAndGet();
            firstCancel.tryEmitEmpty();
        }
    }
}
