package io.cortexreactive.provider.anthropic;

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
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** One streamed answer, and what is known of it so far. Made for each subscription. */
final class MessageCall implements CallState, ResponseReader<ChatChunk> {

    private static final String EVENTS = "text/event-stream";

    private static final List<String> RATE_LIMIT_HEADERS = Stream.of(
                    "requests", "tokens", "input-tokens", "output-tokens")
            .flatMap(what ->
                    Stream.of("limit", "remaining", "reset").map(of -> "anthropic-ratelimit-" + what + "-" + of))
            .toList();

    private final WholeExchange exchange;
    private final ChatRequest request;
    private final ChatAccumulator received = new ChatAccumulator();
    private volatile @Nullable MessageDecoder decoder;

    MessageCall(WholeExchange exchange, ChatRequest request) {
        this.exchange = exchange;
        this.request = request;
    }

    /** Gets every chunk on its way to the consumer. */
    ChatAccumulator received() {
        return received;
    }

    @Override
    public BodyDecoder<ChatChunk> decoder(ResponseHead head) {
        exchange.begin(head);
        head.requireType(EVENTS, this);
        MessageDecoder made = new MessageDecoder(this);
        decoder = made;
        return made;
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
        MessageDecoder known = decoder;
        return known != null && known.isAnswered()
                ? Flux.fromIterable(known.rest())
                : Flux.error(TransportErrors.translate(error, this));
    }

    ChatCompleted completed(AnswerEnd end) {
        return end.completed(exchange.model(), () -> received.usage(request), metadata());
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        put(metadata, "requestId", exchange.header("request-id"));
        RATE_LIMIT_HEADERS.forEach(name -> put(metadata, name, exchange.header(name)));
        return metadata;
    }

    private static void put(Map<String, Object> metadata, String name, @Nullable String value) {
        if (value != null) {
            metadata.put(name, value);
        }
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
