package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;

/** One call and what is known of it so far. Made for each subscription. */
final class Exchange implements CallState {

    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    private final String provider;
    private final String model;
    private final ChatRequest request;
    private final ErrorTranslator errors;
    private final ChatAccumulator received = new ChatAccumulator();
    private final ChunkDecoder decoder;

    private volatile CallSecrets secrets = CallSecrets.NONE;
    private volatile @Nullable ConverseStreamResponse response;
    private volatile @Nullable AnswerEnd wholeEnd;

    Exchange(String provider, String model, ChatRequest request, ErrorTranslator errors) {
        this.provider = provider;
        this.model = model;
        this.request = request;
        this.errors = errors;
        decoder = new ChunkDecoder(ProviderFailure.of(provider, model));
    }

    /** Gets every chunk on its way to the consumer. */
    ChatAccumulator received() {
        return received;
    }

    /** What it goes out with, which is known when the caller is. */
    void sent(CallSecrets with) {
        secrets = with;
    }

    @Override
    public CallSecrets secrets() {
        return secrets;
    }

    void responded(ConverseStreamResponse begun) {
        response = begun;
    }

    void decode(ConverseStreamOutput event, SynchronousSink<ChatChunk> sink) {
        ChatChunk chunk = decoder.decode(event);
        if (chunk != null) {
            sink.next(chunk);
        }
    }

    /** Whether all events of the answer have come, and not only its end marker. */
    boolean isComplete() {
        return decoder.isComplete();
    }

    Flux<ChatChunk> decode(ConverseResponse whole) {
        if (whole.stopReasonAsString() == null) {
            return Flux.error(
                    new GarbledResponseException("The answer does not say why the model stopped", failure(), null));
        }
        wholeEnd = AnswerEnd.of(SdkJson.fields(whole));
        return Flux.fromIterable(WholeAnswer.chunks(whole));
    }

    /** What follows the last chunk: the end, if Bedrock said that it is the end. */
    Flux<ChatChunk> end() {
        AnswerEnd end = answerEnd();
        if (end != null) {
            List<ChatChunk> open = decoder.open();
            return Flux.fromIterable(open).concatWithValues(completed(end, open));
        }
        if (!isEventStream()) {
            return Flux.error(new GarbledResponseException(
                    "The answer is no event stream but " + contentType(), failure(), null));
        }
        return Flux.error(new IncompleteStreamException(
                "The answer ended before Bedrock said that it was complete", failure(), partial(), null));
    }

    /** After the end marker nothing that goes wrong on the connection matters to the answer. */
    Flux<ChatChunk> failed(Throwable error) {
        return answerEnd() == null ? Flux.error(errors.translate(error, this)) : end();
    }

    private @Nullable AnswerEnd answerEnd() {
        AnswerEnd whole = wholeEnd;
        return whole == null ? decoder.end() : whole;
    }

    private ChatChunk completed(AnswerEnd end, List<ChatChunk> open) {
        open.forEach(received::add);
        return end.completed(model, requestId(), () -> received.usage(request));
    }

    private @Nullable String requestId() {
        ConverseStreamResponse known = response;
        return known == null ? null : header(known, "x-amzn-RequestId");
    }

    private boolean isEventStream() {
        String type = contentType();
        return type == null || type.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM);
    }

    private @Nullable String contentType() {
        ConverseStreamResponse known = response;
        return known == null ? null : header(known, "Content-Type");
    }

    private static @Nullable String header(ConverseStreamResponse response, String name) {
        return response.sdkHttpResponse() == null
                ? null
                : response.sdkHttpResponse().firstMatchingHeader(name).orElse(null);
    }

    @Override
    public ProviderFailure failure() {
        return new ProviderFailure(provider, model, null, requestId(), null);
    }

    @Override
    public boolean responded() {
        return response != null;
    }

    @Override
    public Message partial() {
        return received.partialMessage();
    }
}
