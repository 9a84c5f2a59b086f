package io.cortexreactive.examples.app.load;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/**
 * Measures every answer that streams through the front door, whoever asked: as its consumer sees it, retries included.
 */
@Component
final class Traffic implements ChatInterceptor {

    private final LongAdder begun = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder chunks = new LongAdder();
    private final LatencyHistogram firstTokens = new LatencyHistogram();
    private final LatencyHistogram gaps = new LatencyHistogram();

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.defer(() -> new Answer().measure(next.stream(request)));
    }

    /** What there was so far. */
    Snapshot snapshot() {
        return new Snapshot(
                System.nanoTime(),
                new Totals(begun.sum(), completed.sum(), failed.sum(), cancelled.sum(), chunks.sum()),
                firstTokens.counts(),
                gaps.counts());
    }

    /** One answer. Its signals come one at a time. */
    private final class Answer {

        private long last = System.nanoTime();
        private boolean started;

        Flux<ChatChunk> measure(Flux<ChatChunk> answer) {
            begun.increment();
            return answer.doOnNext(chunk -> arrived()).doFinally(this::ended);
        }

        private void arrived() {
            long now = System.nanoTime();
            (started ? gaps : firstTokens).add(now - last);
            started = true;
            last = now;
            chunks.increment();
        }

        private void ended(SignalType how) {
            switch (how) {
                case ON_COMPLETE -> completed.increment();
                case ON_ERROR -> failed.increment();
                default -> cancelled.increment();
            }
        }
    }

    /** Answers by how they ended, and the chunks of all. */
    record Totals(long begun, long completed, long failed, long cancelled, long chunks) {

        /** Those that have not ended. */
        long live() {
            return Math.max(0, begun - completed - failed - cancelled);
        }
    }

    /** @param nanos when */
    @SuppressWarnings("ArrayRecordComponent") // made here and subtracted, never compared
    record Snapshot(long nanos, Totals totals, long[] firstTokens, long[] gaps) {}
}
