package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.ResponseReader;
import io.cortexreactive.provider.wire.TransportErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** One chat completion, and what is known of it so far. Made for each subscription. */
final class CompletionCall implements CallState, ResponseReader<ChatChunk> {

    private static final String EVENTS = "text/event-stream";

    /** OpenAI's headers, then those that OpenRouter and others have. */
    private static final List<String> RATE_LIMIT_HEADERS = List.of(
            "x-ratelimit-limit-requests",
            "x-ratelimit-limit-tokens",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-remaining-tokens",
            "x-ratelimit-reset-requests",
            "x-ratelimit-reset-tokens",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset");

    private final WholeExchange exchange;
    private final ChatRequest request;
    private final ChatAccumulator received = new ChatAccumulator();
    private volatile @Nullable CompletionDecoder decoder;

    CompletionCall(WholeExchange exchange, ChatRequest request) {
        this.exchange = exchange;
        this.request = request;
    }

    /** Gets every chunk on its way to the consumer. */
    ChatAccumulator received() {
        return received;
    }

    /** A server that does not stream may answer with JSON, whatever it was asked for. */
    @Override
    public BodyDecoder<ChatChunk> decoder(ResponseHead head) {
        exchange.begin(head);
        boolean json = isJson(head.header("content-type"));
        head.requireType(json ? WholeExchange.JSON : EVENTS, this);
        String prefix = "call_" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "_";
        CompletionDecoder made = json ? CompletionDecoder.whole(this, prefix) : CompletionDecoder.stream(this, prefix);
        decoder = made;
        return made;
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(WholeExchange.JSON);
    }

    @Override
    public Throwable refused(ResponseHead head, byte[] body) {
        return exchange.refused(head, body);
    }

    ProviderException failed(ServiceReport report) {
        return exchange.failed(report, partial());
    }

    /** What the consumer gets in place of an error. */
    Flux<ChatChunk> failed(Throwable error) {
        CompletionDecoder known = decoder;
        return known != null && known.isAnswered()
                ? Flux.fromIterable(known.rest())
                : Flux.error(TransportErrors.translate(error, this));
    }

    ChatCompleted completed(AnswerEnd end) {
        return end.completed(exchange.model(), () -> received.usage(request), metadata());
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        String id = exchange.requestId();
        if (id != null) {
            metadata.put("requestId", id);
        }
        ResponseHead head = exchange.response();
        if (head != null) {
            for (String name : RATE_LIMIT_HEADERS) {
                String value = head.header(name);
                if (value != null) {
                    metadata.put(name, value);
                }
            }
        }
        return metadata;
    }

    @Override
    public ProviderFailure failure() {
        return exchange.failure();
    }

    @Override
    public CallSecrets secrets() {
        return exchange.secrets();
    }

    @Override
    public boolean responded() {
        return exchange.responded();
    }

    @Override
    public Message partial() {
        return received.partialMessage();
    }
}
