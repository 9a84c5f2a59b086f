package io.cortexreactive.provider.wire;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The elements of a body as they are demanded. Bytes are asked for only when what has come makes no element that
 * somebody waits for, so an element nobody demands keeps the rest of the body in the socket. One subscription.
 */
final class DecodedBody {

    private DecodedBody() {}

    static <T> Flux<T> of(Flux<ByteBuf> body, BodyDecoder<T> decoder) {
        return body.transform(Operators.<ByteBuf, T>lift((origin, actual) -> new Decoding<>(actual, decoder)));
    }

    /**
     * Signals come in through fields and a counter: whoever raises it from zero does all the work there is, so that the
     * decoder and the subscriber see one thread at a time.
     */
    private static final class Decoding<T> implements CoreSubscriber<ByteBuf>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final BodyDecoder<T> decoder;
        private final AtomicInteger work = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();

        private @Nullable Subscription source;
        private volatile @Nullable ByteBuf arrived;
        private volatile @Nullable Throwable error;
        private volatile boolean sourceDone;
        private volatile boolean cancelled;

        private @Nullable T ahead;
        private boolean awaiting;
        private boolean decoderEnded;
        private boolean done;

        Decoding(CoreSubscriber<? super T> actual, BodyDecoder<T> decoder) {
            this.actual = actual;
            this.decoder = decoder;
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
        public void onNext(ByteBuf bytes) {
            // Reactor Netty releases it when this returns.
            arrived = bytes.retain();
            drain();
        }

        @Override
        public void onError(Throwable cause) {
            error = cause;
            onComplete();
        }

        @Override
        public void onComplete() {
            sourceDone = true;
            drain();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                drain();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            source().cancel();
            drain();
        }

        private void drain() {
            if (work.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                pass();
                missed = work.addAndGet(-missed);
            } while (missed != 0);
        }

        private void pass() {
            try {
                takeArrived();
                if (!done && !cancelled) {
                    emit();
                }
            } catch (RuntimeException failure) {
                fail(failure);
            }
        }

        private void takeArrived() {
            ByteBuf bytes = arrived;
            if (bytes == null) {
                return;
            }
            arrived = null;
            awaiting = false;
            try {
                if (!done && !cancelled && !decoder.isComplete()) {
                    decoder.append(bytes);
                }
            } finally {
                bytes.release();
            }
        }

        private void emit() {
            long demand = requested.get();
            long emitted = 0;
            while (emitted != demand) {
                T element = take();
                if (element == null) {
                    break;
                }
                actual.onNext(element);
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

        private @Nullable T take() {
            T element = ahead;
            ahead = null;
            return element == null ? decoder.next() : element;
        }

        /** After the demand is met or the bytes are used up. */
        private void goOn(boolean demandMet) {
            if (sourceDone && arrived == null) {
                finish();
            } else if (!demandMet && !awaiting) {
                awaiting = true;
                source().request(1);
            }
        }

        /** The end is told without demand, once nothing is left before it. */
        private void finish() {
            ahead = take();
            if (ahead == null && !decoderEnded) {
                decoderEnded = true;
                decoder.end(error);
                ahead = decoder.next();
            }
            if (ahead == null) {
                done = true;
                actual.onComplete();
            } else if (requested.get() > 0) {
                work.incrementAndGet();
            }
        }

        private void fail(RuntimeException failure) {
            if (done || cancelled) {
                Operators.onErrorDropped(failure, currentContext());
                return;
            }
            done = true;
            source().cancel();
            actual.onError(failure);
        }

        private Subscription source() {
            Subscription known = source;
            return known == null ? Operators.emptySubscription() : known;
        }
    }
}
