package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.bedrock.EmbeddingModel.Answer;
import io.cortexreactive.provider.bedrock.EmbeddingModel.Family;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.ResponseReader;
import io.cortexreactive.provider.wire.TransportErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Embeds texts, in as many calls of InvokeModel as the model takes for them. */
final class EmbeddingCalls {

    private static final int CALLS_AT_A_TIME = 8;

    private final BedrockSettings settings;
    private final BedrockClients clients;
    private final ServiceErrors errors;

    EmbeddingCalls(BedrockSettings settings, BedrockClients clients, ServiceErrors errors) {
        this.settings = settings;
        this.clients = clients;
        this.errors = errors;
    }

    Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.defer(() -> {
            EmbeddingModel model = model(request);
            return answers(model, request).collectList().map(answers -> whole(answers, model));
        });
    }

    private Flux<Answer> answers(EmbeddingModel model, EmbeddingRequest request) {
        if (request.texts().isEmpty()) {
            throw refused("There is no text to embed.", model.id());
        }
        Family family = model.family().orElseThrow(() -> refused(model.refusal(), model.id()));
        return Flux.fromIterable(family.calls(request.texts()))
                .flatMapSequential(
                        texts -> call(model, texts, model.body(family, texts, request.purpose())), CALLS_AT_A_TIME, 1);
    }

    private EmbeddingModel model(EmbeddingRequest request) {
        EmbeddingModel usual = settings.embedding();
        String asked = request.model();
        if (asked != null) {
            return usual != null && asked.equals(usual.id()) ? usual : new EmbeddingModel(asked, Map.of());
        }
        if (usual == null) {
            throw refused(
                    "No model is chosen. Name one in the request, or a default with"
                            + " BedrockProvider.builder().embeddingModel(..).",
                    null);
        }
        return usual;
    }

    private InvalidRequestException refused(String why, @Nullable String model) {
        return new InvalidRequestException(why, ProviderFailure.of(settings.id(), model), null);
    }

    private Mono<Answer> call(EmbeddingModel model, List<String> texts, byte[] body) {
        Invocation call = new Invocation(settings.id(), model.id(), errors);
        Flux<byte[]> answer = settings.caller()
                .flatMap(caller -> clients.signer(settings.region(), settings.endpoint())
                        .map(signer -> signer.invoke(model.id(), body, caller)))
                .doOnNext(call::sent)
                .flatMapMany(http -> clients.connections().exchange(http, call));
        return clients.connections()
                .untilClosed(answer, call)
                .next()
                .map(json -> Answer.read(json, texts, call, call.header("x-amzn-bedrock-input-token-count")))
                .timeout(settings.timeouts().firstToken(), Mono.error(() -> late(call)))
                .onErrorMap(error -> TransportErrors.translate(error, call));
    }

    private Throwable late(CallState call) {
        return new ProviderTimeoutException(
                "No answer came within " + settings.timeouts().firstToken(), call.failure(), null);
    }

    private static EmbeddingResponse whole(List<Answer> answers, EmbeddingModel model) {
        List<float[]> vectors = new ArrayList<>();
        Usage usage = Usage.NONE;
        for (Answer answer : answers) {
            vectors.addAll(answer.vectors());
            usage = usage.plus(answer.usage());
        }
        return new EmbeddingResponse(vectors, usage, model.id());
    }

    /** One InvokeModel call, and what is known of it so far. */
    private static final class Invocation implements CallState, ResponseReader<byte[]> {

        private static final Message NOTHING = new Message(Role.ASSISTANT, List.of(), Map.of());

        private final String provider;
        private final String model;
        private final ServiceErrors errors;
        private volatile @Nullable HttpCall sent;
        private volatile @Nullable ResponseHead response;

        Invocation(String provider, String model, ServiceErrors errors) {
            this.provider = provider;
            this.model = model;
            this.errors = errors;
        }

        void sent(HttpCall http) {
            sent = http;
        }

        @Override
        public BodyDecoder<byte[]> decoder(ResponseHead head) {
            response = head;
            head.requireType("application/json", this);
            return BodyDecoder.whole();
        }

        @Override
        public Throwable refused(ResponseHead head, byte[] body) {
            response = head;
            return errors.translate(ServiceReport.of(head, body), this, null);
        }

        @Nullable
        String header(String name) {
            ResponseHead known = response;
            return known == null ? null : known.header(name);
        }

        @Override
        public ProviderFailure failure() {
            return new ProviderFailure(provider, model, null, header("x-amzn-requestid"), null);
        }

        @Override
        public CallSecrets secrets() {
            HttpCall known = sent;
            return known == null ? CallSecrets.NONE : known.secrets();
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
}
