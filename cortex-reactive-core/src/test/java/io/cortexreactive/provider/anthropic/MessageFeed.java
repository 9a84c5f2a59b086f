package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.wire.HttpCall;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One answer's decoder, fed by hand. */
public final class MessageFeed {

    /** Sample streams of whole answers; each says in a comment what is peculiar to it. */
    public static final List<String> FIXTURES = List.of("text", "thinking-tools", "server-tools", "refusal");

    private final MessageCall call;
    private final MessageDecoder decoder;
    private final List<ChatChunk> chunks = new ArrayList<>();

    /** Nothing has come yet. */
    public MessageFeed() {
        WholeExchange exchange = new WholeExchange(
                "anthropic",
                "asked",
                HttpCall.get(URI.create("http://localhost/v1/messages"), Map.of()),
                new ServiceErrors(Clock.systemUTC()));
        call = new MessageCall(exchange, ChatRequest.of("Hello?"));
        decoder = new MessageDecoder(call);
    }

    /** The bytes of a sample stream. */
    public static byte[] fixture(String name) {
        try (InputStream in = MessageFeed.class.getResourceAsStream(name + ".sse")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All chunks of a stream that comes in one piece. */
    public static List<ChatChunk> decode(byte[] bytes) {
        MessageFeed feed = new MessageFeed();
        feed.take(bytes, 0, bytes.length);
        return feed.end(null);
    }

    /** A packet comes. */
    public void take(byte[] bytes, int from, int to) {
        append(bytes, from, to);
        drain();
    }

    /** The end comes; gives all chunks there were. */
    public List<ChatChunk> end(@Nullable Throwable error) {
        decoder.end(error);
        drain();
        return chunks;
    }

    /** A packet comes, and nobody asks for what is in it. */
    void append(byte[] bytes, int from, int to) {
        decoder.append(Unpooled.wrappedBuffer(bytes, from, to - from));
    }

    @Nullable
    ChatChunk next() {
        return decoder.next();
    }

    MessageDecoder decoder() {
        return decoder;
    }

    ChatAccumulator received() {
        return call.received();
    }

    private void drain() {
        for (ChatChunk chunk = decoder.next(); chunk != null; chunk = decoder.next()) {
            call.received().add(chunk);
            chunks.add(chunk);
        }
    }
}
