package io.cortexreactive.provider.openai;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.ResponseReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange, and what is known of it so far. By itself it is one with a whole body of JSON. */
final class WholeExchange implements CallState, ResponseReader<byte[]> {

    static final String JSON = "application/json";

    private static final Message NOTHING = new Message(Role.ASSISTANT, List.of(), Map.of());

    private final String provider;
    private final @Nullable String model;
    private final HttpCall http;
    private final ServiceErrors errors;
    private volatile @Nullable ResponseHead response;

    WholeExchange(String provider, @Nullable String model, HttpCall http, ServiceErrors errors) {
        this.provider = provider;
        this.model = model;
        this.http = http;
        this.errors = errors;
    }

    @Override
    public BodyDecoder<byte[]> decoder(ResponseHead head) {
        begin(head);
        head.requireType(JSON, this);
        return BodyDecoder.whole();
    }

    void begin(ResponseHead head) {
        response = head;
    }

    @Override
    public Throwable refused(ResponseHead head, byte[] body) {
        begin(head);
        return failed(ServiceReport.of(head, body), partial());
    }

    ProviderException failed(ServiceReport report, Message partial) {
        return errors.translate(report, failure(), http.uri(), partial);
    }

    @Nullable
    ResponseHead response() {
        return response;
    }

    /** OpenAI's name for it first, then those of OpenRouter and Azure. */
    @Nullable
    String requestId() {
        String id = header("x-request-id");
        String generation = id == null ? header("x-generation-id") : id;
        return generation == null ? header("apim-request-id") : generation;
    }

    private @Nullable String header(String name) {
        ResponseHead known = response;
        return known == null ? null : known.header(name);
    }

    @Nullable
    String model() {
        return model;
    }

    @Override
    public ProviderFailure failure() {
        return new ProviderFailure(provider, model, null, requestId(), null);
    }

    @Override
    public CallSecrets secrets() {
        return http.secrets();
    }

    @Override
    public boolean responded() {
        return response != null;
    }

    @Override
    public Message partial() {
        return NOTHING;
    }
}
