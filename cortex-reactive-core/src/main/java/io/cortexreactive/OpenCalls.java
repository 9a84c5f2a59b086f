package io.cortexreactive;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.resilience.Cutoff;
import io.cortexreactive.resilience.Relay;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Knows the calls, runs and tools under way, so that closing can wait for them, refuse new ones and cut those that take
 * too long. What one of them calls belongs to it, and is not refused.
 */
final class OpenCalls implements ChatInterceptor {

    private final AtomicLong open = new AtomicLong();

    /** One for each, because many calls would make a shared one slow to join and leave. */
    private final Set<Sinks.Empty<Void>> cuts = ConcurrentHashMap.newKeySet();

    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile boolean closing;

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.defer(() -> entered(next.stream(request)));
    }

    private <T> Flux<T> entered(Flux<T> call) {
        return Flux.deferContextual(context -> {
            if (context.hasKey(this)) {
                return call;
            }
            open.incrementAndGet();
            if (closing) {
                leave();
                return Flux.error(new CortexClosedException());
            }
            return Relay.on(call, Entered::new);
        });
    }

    /** The same, refused or cut as a call is. */
    <T> Flux<T> known(Flux<T> call) {
        return entered(cuttable(call, element -> false));
    }

    /** What {@link #cut} ends. Belongs inside whatever is to see how the call ended. */
    Flux<ChatChunk> cuttable(ChatRequest request, Next next) {
        return Flux.defer(() -> cuttable(next.stream(request), ChatCompleted.class::isInstance));
    }

    private <T> Flux<T> cuttable(Flux<T> call, Predicate<? super T> last) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> cut = Sinks.empty();
            cuts.add(cut);
            // The signal is left whenever the call ends.
            Mono<Void> signal = cut.asMono().doFinally(ended -> cuts.remove(cut));
            return Cutoff.on(call, last, signal, CortexClosedException::new);
        });
    }

    /**
     * Cancels the calls under way and fails them with {@link CortexClosedException}; completes when they have ended.
     */
    Mono<Void> cut() {
        return Mono.defer(() -> {
            cuts.forEach(Sinks.Empty::tryEmitEmpty);
            return drained.asMono();
        });
    }

    private void leave() {
        if (open.decrementAndGet() == 0 && closing) {
            drained.tryEmitEmpty();
        }
    }

    /** Refuses calls from now on; completes when the last one has ended. */
    Mono<Void> drain() {
        return Mono.defer(() -> {
            closing = true;
            if (open.get() == 0) {
                drained.tryEmitEmpty();
            }
            return drained.asMono();
        });
    }

    /** What passes within a call belongs to it, and the call leaves when it is over. */
    private final class Entered<T> extends Relay<T> {

        Entered(CoreSubscriber<? super T> actual) {
            super(actual, actual.currentContext().put(OpenCalls.this, true));
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        protected void over() {
            leave();
        }
    }
}
