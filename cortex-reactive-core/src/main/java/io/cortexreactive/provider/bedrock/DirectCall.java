package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.ResponseReader;
import io.cortexreactive.provider.wire.TransportErrors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** One call over the direct transport, and what is known of it so far. Made for each subscription. */
final class DirectCall implements CallState, ResponseReader<ChatChunk> {

    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    private final String provider;
    private final String model;
    private final ChatRequest request;
    private final ServiceErrors errors;
    private final ChatAccumulator received = new ChatAccumulator();
    private volatile @Nullable HttpCall sent;
    private volatile @Nullable ResponseHead response;
    private volatile @Nullable ConverseStreamDecoder decoder;

    DirectCall(String provider, String model, ChatRequest request, ServiceErrors errors) {
        this.provider = provider;
        this.model = model;
        this.request = request;
        this.errors = errors;
    }

    /** Gets every chunk on its way to the consumer. */
    ChatAccumulator received() {
        return received;
    }

    /** How it goes out, which is known once it is signed. */
    void sent(HttpCall http) {
        sent = http;
    }

    @Override
    public CallSecrets secrets() {
        HttpCall known = sent;
        return known == null ? CallSecrets.NONE : known.secrets();
    }

    @Override
    public BodyDecoder<ChatChunk> decoder(ResponseHead head) {
        response = head;
        head.requireType(EVENT_STREAM, this);
        ConverseStreamDecoder made = new ConverseStreamDecoder(
                this, end -> end.completed(model, requestId(), () -> received.usage(request)));
        decoder = made;
        return made;
    }

    @Override
    public Throwable refused(ResponseHead head, byte[] body) {
        return failed(ServiceReport.of(head, body));
    }

    RuntimeException failed(ServiceReport report) {
        return errors.translate(report, this, null);
    }

    /** What the consumer gets in place of an error. */
    Flux<ChatChunk> failed(Throwable error) {
        ConverseStreamDecoder known = decoder;
        return known != null && known.isAnswered()
                ? Flux.fromIterable(known.rest())
                : Flux.error(TransportErrors.translate(error, this));
    }

    private @Nullable String requestId() {
        ResponseHead known = response;
        return known == null ? null : known.header("x-amzn-requestid");
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
