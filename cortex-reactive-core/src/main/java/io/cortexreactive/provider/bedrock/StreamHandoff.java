package io.cortexreactive.provider.bedrock;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/**
 * Takes the publisher of events from the SDK and hands it on. From there its own Reactive Streams signals count: the
 * SDK's future also succeeds after a cancel and after a cut, so of it only a failure before the hand-over matters.
 */
final class StreamHandoff implements ConverseStreamResponseHandler {

    private final MonoSink<SdkPublisher<ConverseStreamOutput>> sink;
    private final Consumer<ConverseStreamResponse> onResponse;
    private final AtomicBoolean handedOver = new AtomicBoolean();

    StreamHandoff(MonoSink<SdkPublisher<ConverseStreamOutput>> sink, Consumer<ConverseStreamResponse> onResponse) {
        this.sink = sink;
        this.onResponse = onResponse;
    }

    @Override
    public void responseReceived(ConverseStreamResponse response) {
        onResponse.accept(response);
    }

    @Override
    public void onEventStream(SdkPublisher<ConverseStreamOutput> publisher) {
        if (!handedOver.compareAndSet(false, true)) {
            throw new IllegalStateException("The SDK called the model a second time, which nobody asked it to do");
        }
        sink.success(publisher);
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        // The future says it too, once.
    }

    @Override
    public void complete() {
        // The publisher says it too, in order.
    }

    /** The future is done. */
    void ended(@Nullable Throwable error) {
        if (handedOver.compareAndSet(false, true)) {
            if (error == null) {
                sink.success();
            } else {
                sink.error(error);
            }
        }
    }
}
