package io.cortexreactive.guardrail;

import io.cortexreactive.message.ChatChunk;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Makes none, one or several chunks of each, and asks for the next only when what there is does not meet the demand. An
 * error of the stage ends the stream at once and cancels its source; one of the source comes after what was made.
 */
final class Expanding {

    private Expanding() {}

    /** @param stage makes the state of one subscription */
    static Flux<ChatChunk> apply(Flux<ChatChunk> source, Supplier<Stage> stage) {
        return source.transform(
                Operators.<ChatChunk, ChatChunk>lift((origin, actual) -> new ExpandingSubscriber(actual, stage.get())));
    }

    /** What is made of chunks. Called by one thread at a time. */
    interface Stage {

        void take(ChatChunk chunk, Consumer<ChatChunk> out);

        /** The source has completed. */
        void end(Consumer<ChatChunk> out);
    }

    /**
     * Without bound from the start, chunks go straight through. Else at most one is under way from the source, and
     * whoever raises {@code work} from zero does all the work there is.
     */
    private static final class ExpandingSubscriber
            implements CoreSubscriber<ChatChunk>, Subscription, Consumer<ChatChunk> {

        private static final int UNDECIDED = 0;
        private static final int BOUNDED = 1;
        private static final int UNBOUNDED = 2;

        private final CoreSubscriber<? super ChatChunk> actual;
        private final Stage stage;
        private final AtomicInteger mode = new AtomicInteger(UNDECIDED);
        private final AtomicInteger work = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();
        private final Queue<ChatChunk> made = new ArrayDeque<>();

        private @Nullable Subscription source;
        private volatile @Nullable ChatChunk arrived;
        private volatile @Nullable Throwable error;
        private volatile boolean sourceDone;
        private volatile boolean cancelled;
        private boolean straight;
        private boolean awaiting;
        private boolean ended;
        private boolean done;

        ExpandingSubscriber(CoreSubscriber<? super ChatChunk> actual, Stage stage) {
            this.actual = actual;
            this.stage = stage;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(source, subscription)) {
                source = subscription;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n) || mode.get() == UNBOUNDED) {
                return;
            }
            if (n == Long.MAX_VALUE && mode.compareAndSet(UNDECIDED, UNBOUNDED)) {
                source().request(n);
                return;
            }
            mode.compareAndSet(UNDECIDED, BOUNDED);
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            source().cancel();
        }

        @Override
        public void onNext(ChatChunk chunk) {
            if (mode.get() == UNBOUNDED) {
                passStraight(chunk);
            } else {
                arrived = chunk;
                drain();
            }
        }

        private void passStraight(ChatChunk chunk) {
            if (done || cancelled) {
                Operators.onNextDropped(chunk, currentContext());
                return;
            }
            try {
                straight = true;
                stage.take(chunk, this);
            } catch (RuntimeException failure) {
                fail(failure);
            }
        }

        @Override
        public void onError(Throwable cause) {
            error = cause;
            sourceDone = true;
            if (mode.get() == UNBOUNDED) {
                finish(cause);
            } else {
                drain();
            }
        }

        @Override
        public void onComplete() {
            sourceDone = true;
            if (mode.get() == UNBOUNDED) {
                endStraight();
            } else {
                drain();
            }
        }

        private void endStraight() {
            if (done || cancelled) {
                return;
            }
            try {
                straight = true;
                stage.end(this);
                finish(null);
            } catch (RuntimeException failure) {
                fail(failure);
            }
        }

        /** What the stage makes. */
        @Override
        public void accept(ChatChunk chunk) {
            if (!straight) {
                made.add(chunk);
            } else if (!cancelled) {
                actual.onNext(chunk);
            }
        }

        private void drain() {
            if (work.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                if (!done && !cancelled) {
                    pass();
                }
                missed = work.addAndGet(-missed);
            } while (missed != 0);
        }

        private void pass() {
            try {
                takeArrived();
                emit();
            } catch (RuntimeException failure) {
                fail(failure);
            }
        }

        private void takeArrived() {
            ChatChunk chunk = arrived;
            if (chunk != null) {
                arrived = null;
                awaiting = false;
                stage.take(chunk, this);
            }
            if (sourceDone && arrived == null && !ended) {
                ended = true;
                if (error == null) {
                    stage.end(this);
                }
            }
        }

        private void emit() {
            long demand = requested.get();
            long emitted = 0;
            while (emitted != demand && !made.isEmpty()) {
                actual.onNext(made.remove());
                emitted++;
                if (cancelled) {
                    return;
                }
            }
            if (emitted != 0 && demand != Long.MAX_VALUE) {
                requested.addAndGet(-emitted);
            }
            goOn(emitted == demand);
        }

        private void goOn(boolean demandMet) {
            if (ended) {
                if (made.isEmpty()) {
                    finish(error);
                }
            } else if (!demandMet && !awaiting) {
                awaiting = true;
                source().request(1);
            }
        }

        private void finish(@Nullable Throwable cause) {
            if (done || cancelled) {
                return;
            }
            done = true;
            made.clear();
            if (cause == null) {
                actual.onComplete();
            } else {
                actual.onError(cause);
            }
        }

        private void fail(RuntimeException failure) {
            if (done || cancelled) {
                Operators.onErrorDropped(failure, currentContext());
                return;
            }
            source().cancel();
            finish(failure);
        }

        private Subscription source() {
            Subscription known = source;
            return known == null ? Operators.emptySubscription() : known;
        }
    }
}
