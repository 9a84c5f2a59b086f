package io.cortexreactive.testing;

import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.testing.ReplyEvent.BlockStopped;
import io.cortexreactive.testing.ReplyEvent.CallStarted;
import io.cortexreactive.testing.ReplyEvent.Delta;
import io.cortexreactive.testing.ReplyEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** One content block of a reply. */
sealed interface ReplyPart {

    /** Its steps, made as they are asked for. */
    Flux<ReplyEvent> events(int index, int chunkSize);

    long tokens();

    /** Text or arguments, cut into equal pieces. */
    record Whole(Kind kind, String value) implements ReplyPart {

        @Override
        public Flux<ReplyEvent> events(int index, int chunkSize) {
            return deltas(index, kind, cut(value, chunkSize)).concatWithValues(new BlockStopped(index));
        }

        @Override
        public long tokens() {
            return TokenEstimate.of(value);
        }
    }

    /** Text in pieces that the script chose. */
    record Chunks(List<String> values) implements ReplyPart {

        public Chunks {
            values = List.copyOf(values);
        }

        @Override
        public Flux<ReplyEvent> events(int index, int chunkSize) {
            return deltas(index, Kind.TEXT, values).concatWithValues(new BlockStopped(index));
        }

        @Override
        public long tokens() {
            return values.stream().mapToLong(TokenEstimate::of).sum();
        }
    }

    /** One piece of text over and over; nothing is kept but the piece. */
    record Repeated(String chunk, long times) implements ReplyPart {

        @Override
        public Flux<ReplyEvent> events(int index, int chunkSize) {
            Flux<ReplyEvent> once = Flux.just(new Delta(index, Kind.TEXT, chunk));
            Flux<ReplyEvent> all = times == 0 ? Flux.empty() : once.repeat(times - 1);
            return all.concatWithValues(new BlockStopped(index));
        }

        @Override
        public long tokens() {
            return TokenEstimate.of(chunk) * times;
        }
    }

    /** Reasoning, then the signature that proves it. */
    record Reasoning(String text, @Nullable String signature) implements ReplyPart {

        @Override
        public Flux<ReplyEvent> events(int index, int chunkSize) {
            Flux<ReplyEvent> thought = deltas(index, Kind.REASONING, cut(text, chunkSize));
            Flux<ReplyEvent> proof = signature == null
                    ? Flux.empty()
                    : Flux.just((ReplyEvent) new Delta(index, Kind.SIGNATURE, signature));
            return Flux.concat(thought, proof, Flux.just(new BlockStopped(index)));
        }

        @Override
        public long tokens() {
            return TokenEstimate.of(text);
        }
    }

    /** A tool call, its arguments as text. */
    record Call(String id, String name, String arguments) implements ReplyPart {

        @Override
        public Flux<ReplyEvent> events(int index, int chunkSize) {
            Flux<ReplyEvent> start = Flux.just(new CallStarted(index, id, name));
            return start.concatWith(new Whole(Kind.ARGUMENTS, arguments).events(index, chunkSize));
        }

        @Override
        public long tokens() {
            return TokenEstimate.of(name) + TokenEstimate.of(arguments);
        }
    }

    private static Flux<ReplyEvent> deltas(int index, Kind kind, List<String> values) {
        return Flux.fromIterable(values).map(value -> new Delta(index, kind, value));
    }

    /** Never between the halves of a surrogate pair: half a character cannot be sent as JSON. */
    private static List<String> cut(String text, int size) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + size);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }
}
