package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.provider.wire.EventStreamReader;
import io.cortexreactive.provider.wire.HttpConnections;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;

/** Bounds what a response may weigh, since the SDK itself keeps whatever comes. */
final class ResponseLimits implements ExecutionInterceptor {

    static final long MAX_BODY_BYTES = 32L * 1024 * 1024;

    /** The SDK forgets what a refusal said if its body is cancelled before it has been completed. */
    private static final Scheduler AFTERWARDS =
            Schedulers.fromExecutor(cancel -> Schedulers.parallel().schedule(cancel, 100, TimeUnit.MILLISECONDS));

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        String encoding =
                context.httpResponse().firstMatchingHeader("Content-Encoding").orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            return context.responsePublisher().map(body -> Flux.from(body).map(ResponseLimits::refuse));
        }
        boolean taken = context.httpResponse().isSuccessful();
        boolean stream = taken && context.request() instanceof ConverseStreamRequest;
        return context.responsePublisher()
                .map(body -> Flux.defer(() -> Flux.from(body).doOnNext(stream ? new FrameGuard() : bodyGuard())))
                .map(body -> taken ? body : bounded(body));
    }

    private static Flux<ByteBuffer> bounded(Flux<ByteBuffer> refusal) {
        return refusal.cancelOn(AFTERWARDS).takeUntilOther(Mono.delay(HttpConnections.REFUSAL_PATIENCE));
    }

    /** The SDK would expand it, to whatever size. */
    private static ByteBuffer refuse(ByteBuffer compressed) {
        throw new EventStreamReader.FrameException("The answer is compressed, which nobody asked for");
    }

    private static Consumer<ByteBuffer> bodyGuard() {
        AtomicLong total = new AtomicLong();
        return bytes -> {
            long now = total.addAndGet(bytes.remaining());
            if (now > MAX_BODY_BYTES) {
                throw new LimitExceededException("Response body, bytes", MAX_BODY_BYTES, now);
            }
        };
    }

    /**
     * Watches the bytes of an event stream go by, and raises {@link LimitExceededException} on a frame or a stream that
     * is too large, before the SDK keeps it. Where the checksum of a frame's head does not hold it looks away: that is
     * the SDK's to report.
     */
    static final class FrameGuard implements Consumer<ByteBuffer> {

        static final int MAX_FRAME_BYTES = EventStreamReader.MAX_FRAME_BYTES;
        static final long MAX_STREAM_BYTES = 64L * 1024 * 1024;

        private static final int HEAD = 12;
        private static final int CHECKED = 8;

        private final ByteBuffer head = ByteBuffer.allocate(HEAD);
        private long total;
        private long leftOfFrame;
        private boolean broken;

        @Override
        public void accept(ByteBuffer bytes) {
            total += bytes.remaining();
            if (total > MAX_STREAM_BYTES) {
                throw new LimitExceededException("Response stream, bytes", MAX_STREAM_BYTES, total);
            }
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining() && !broken) {
                if (leftOfFrame > 0) {
                    int skipped = (int) Math.min(leftOfFrame, rest.remaining());
                    rest.position(rest.position() + skipped);
                    leftOfFrame -= skipped;
                } else {
                    readHead(rest);
                }
            }
        }

        private void readHead(ByteBuffer rest) {
            while (rest.hasRemaining() && head.hasRemaining()) {
                head.put(rest.get());
            }
            if (head.hasRemaining()) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(head.array(), 0, CHECKED);
            broken = (int) crc.getValue() != head.getInt(CHECKED);
            long length = Integer.toUnsignedLong(head.getInt(0));
            if (!broken && length > MAX_FRAME_BYTES) {
                throw new LimitExceededException("AWS event-stream frame, bytes", MAX_FRAME_BYTES, length);
            }
            leftOfFrame = Math.max(0, length - HEAD);
            head.clear();
        }
    }
}
