package io.cortexreactive.structured;

import io.cortexreactive.message.ChatChunk;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** Emits what there is of an answer each time there is more, and last the whole. */
final class GrowingAnswer<T> implements Reading<T> {

    private final Attempt<T> attempt;
    private final Answer answer;

    GrowingAnswer(Attempt<T> attempt) {
        this.attempt = attempt;
        answer = new Answer(attempt.question(), null);
    }

    @Override
    public Flux<T> read(Flux<ChatChunk> chunks) {
        return chunks.<T>handle(this::take).doOnComplete(answer::requireEnd);
    }

    private void take(ChatChunk chunk, SynchronousSink<T> sink) {
        Shape<T> shape = attempt.inquiry().shape();
        if (answer.take(chunk)) {
            sink.next(shape.read(answer.root()));
        } else if (answer.json().advanced() && answer.json().root() == null) {
            T partial = shape.partial(answer.json());
            if (partial != null) {
                sink.next(partial);
            }
        }
    }

    @Override
    public Attempt<T> after(List<String> errors) {
        return attempt.after(answer, errors);
    }
}
