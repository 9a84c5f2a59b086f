package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/**
 * Makes one delta of those that come within a batch and go on with each other, so that a store has less to write. What
 * comes of it is an answer of the same chunks, and has the same text. An error comes behind what came before it.
 */
final class ChunkBatches {

    private ChunkBatches() {}

    static Flux<ChatChunk> of(Flux<ChatChunk> chunks, BroadcastOptions options) {
        if (options.batchSize() == 1 || options.batchTime().isZero()) {
            return chunks;
        }
        // As signals, because a buffer is dropped when an error comes.
        return chunks.materialize()
                .bufferTimeout(options.batchSize(), options.batchTime(), true)
                .concatMapIterable(ChunkBatches::merged)
                .dematerialize();
    }

    private static List<Signal<ChatChunk>> merged(List<Signal<ChatChunk>> batch) {
        List<Signal<ChatChunk>> merged = new ArrayList<>();
        for (Signal<ChatChunk> signal : batch) {
            int last = merged.size() - 1;
            ChatChunk longer = last < 0 ? null : longer(merged.get(last).get(), signal.get());
            if (longer == null) {
                merged.add(signal);
            } else {
                merged.set(last, Signal.next(longer));
            }
        }
        return merged;
    }

    /** Both as one; null if they are of different parts of the answer, or no deltas. */
    private static @Nullable ChatChunk longer(@Nullable ChatChunk before, @Nullable ChatChunk next) {
        if (before instanceof TextDelta a && next instanceof TextDelta b && a.index() == b.index()) {
            return new TextDelta(a.index(), a.text() + b.text());
        }
        if (before instanceof ToolCallDelta a && next instanceof ToolCallDelta b && a.index() == b.index()) {
            return new ToolCallDelta(a.index(), a.json() + b.json());
        }
        return before instanceof ReasoningDelta a && next instanceof ReasoningDelta b ? longer(a, b) : null;
    }

    private static @Nullable ChatChunk longer(ReasoningDelta a, ReasoningDelta b) {
        return a.index() == b.index() && isPlain(a)
                ? new ReasoningDelta(a.index(), a.text() + b.text(), b.signature(), b.redacted(), b.details())
                : null;
    }

    private static boolean isPlain(ReasoningDelta delta) {
        return delta.signature() == null && !delta.redacted() && delta.details().isEmpty();
    }
}
