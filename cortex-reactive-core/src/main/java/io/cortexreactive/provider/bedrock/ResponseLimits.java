package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.LimitExceededException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;

/** Bounds what a response may weigh, since the SDK itself keeps whatever comes. */
final class ResponseLimits implements ExecutionInterceptor {

    static final long MAX_BODY_BYTES = 32L * 1024 * 1024;

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean stream = context.request() instanceof ConverseStreamRequest
                && context.httpResponse().isSuccessful();
        return context.responsePublisher()
                .map(body -> Flux.defer(() -> Flux.from(body).doOnNext(stream ? new FrameGuard() : bodyGuard())));
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
}
