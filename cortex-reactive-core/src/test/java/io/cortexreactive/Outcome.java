package io.cortexreactive;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/** All signals of one stream, also those after its end, which Reactor's own subscribers would hide. */
final class Outcome implements CoreSubscriber<ChatChunk> {

    private final int number;
    private final Queue<ChatChunk> chunks = new ConcurrentLinkedQueue<>();
    private final Queue<SignalType> ends = new ConcurrentLinkedQueue<>();
    private final Sinks.One<Outcome> ended = Sinks.one();
    private volatile @Nullable Throwable error;

    private Outcome(int number) {
        this.number = number;
    }

    /** Subscribes with unbounded demand; completes at the first end. */
    static Mono<Outcome> of(int number, Flux<ChatChunk> stream) {
        return Mono.defer(() -> {
            Outcome outcome = new Outcome(number);
            stream.subscribe(outcome);
            return outcome.ended.asMono();
        });
    }

    int number() {
        return number;
    }

    List<SignalType> ends() {
        return new ArrayList<>(ends);
    }

    boolean isComplete() {
        return ends().equals(List.of(SignalType.ON_COMPLETE));
    }

    @Nullable
    Throwable error() {
        return error;
    }

    /** The pieces of text, in a list for each time the stream began. */
    List<List<String>> attempts() {
        List<List<String>> attempts = new ArrayList<>();
        attempts.add(new ArrayList<>());
        for (ChatChunk chunk : chunks) {
            if (chunk instanceof StreamRestarted) {
                attempts.add(new ArrayList<>());
            } else if (chunk instanceof TextDelta delta) {
                attempts.get(attempts.size() - 1).add(delta.text());
            }
        }
        return attempts;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ChatChunk chunk) {
        chunks.add(chunk);
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        end(SignalType.ON_ERROR);
    }

    @Override
    public void onComplete() {
        end(SignalType.ON_COMPLETE);
    }

    private void end(SignalType signal) {
        ends.add(signal);
        ended.tryEmitValue(this);
    }

    @Override
    public String toString() {
        return number + ": " + ends + " " + attempts() + " " + error;
    }
}
