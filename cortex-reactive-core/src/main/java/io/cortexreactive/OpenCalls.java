package io.cortexreactive;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Counts the calls under way, so that closing can wait for them and refuse new ones. */
final class OpenCalls implements ChatInterceptor {

    private final AtomicLong open = new AtomicLong();
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile boolean closing;

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.defer(() -> {
            open.incrementAndGet();
            if (closing) {
                leave();
                return Flux.error(new CortexClosedException());
            }
            return next.stream(request).doFinally(signal -> leave());
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
}
