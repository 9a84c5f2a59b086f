package io.cortexreactive.structured;

import io.cortexreactive.message.ChatChunk;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Emits the elements of an answer as they become whole. */
final class ElementsAnswer<T> implements Reading<T> {

    private final Attempt<T> attempt;
    private final Answer answer;
    private long emitted;

    ElementsAnswer(Attempt<T> attempt) {
        this.attempt = attempt;
        answer = new Answer(attempt.question(), Shape.ELEMENTS);
    }

    @Override
    public Flux<T> read(Flux<ChatChunk> chunks) {
        // One chunk at a time, so that demand reaches the provider.
        return chunks.concatMapIterable(this::take, 1).doOnComplete(answer::requireEnd);
    }

    private Iterable<T> take(ChatChunk chunk) {
        boolean ended = answer.take(chunk);
        if (answer.restarted() && emitted > 0) {
            throw new InvalidAnswerException(List.of("the stream began anew after elements had been given"));
        }
        List<Object> elements = answer.json().takeElements();
        return () -> new Elements(elements.iterator(), ended);
    }

    private T element(@Nullable Object value) {
        T element = attempt.inquiry().shape().cast(value, "$." + Shape.ELEMENTS + "[" + emitted + "]");
        emitted++;
        return element;
    }

    @Override
    public Attempt<T> after(List<String> errors) {
        if (emitted > 0) {
            throw attempt.failed(answer, errors);
        }
        return attempt.after(answer, errors);
    }

    /** Checks each element only when it is its turn, so that those before an invalid one still are emitted. */
    private final class Elements implements Iterator<T> {

        private final Iterator<Object> values;
        private final boolean last;

        Elements(Iterator<Object> values, boolean last) {
            this.values = values;
            this.last = last;
        }

        @Override
        public boolean hasNext() {
            if (!values.hasNext() && last) {
                attempt.inquiry().shape().requireFrame(answer.root());
            }
            return values.hasNext();
        }

        @Override
        public T next() {
            Object value = values.next();
            return element(value == OpenContainer.NOTHING ? null : value);
        }
    }
}
