package io.cortexreactive.benchmarks.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Answers any request with one encoded ConverseStream answer, so that it costs next to nothing and the client is what
 * is measured. The path's model says how: {@code plain} writes it all, {@code paced} a chunk every 200 ms, {@code held}
 * one chunk and then nothing.
 */
final class FrameServer {

    static final int CHUNKS = 200;
    private static final Duration PACE = Duration.ofMillis(200);

    private static final byte[] START = frame("messageStart", "{\"role\":\"assistant\",\"p\":\"abcdefgh\"}");
    private static final byte[] CHUNK = frame(
            "contentBlockDelta",
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" reactive streams\"},\"p\":\"abcdefghijklmnop\"}");
    private static final byte[] END = join(
            frame("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abcd\"}"),
            frame("messageStop", "{\"stopReason\":\"end_turn\",\"p\":\"abcd\"}"),
            frame(
                    "metadata",
                    "{\"usage\":{\"inputTokens\":10,\"outputTokens\":400,\"totalTokens\":410},\"metrics\":{\"latencyMs\":100}}"));

    private FrameServer() {}

    /** Listens on the port it is given until it is killed. */
    public static void main(String[] args) {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .handle((request, response) -> request.receive()
                        .then()
                        .thenMany(response.header("Content-Type", "application/vnd.amazon.eventstream")
                                .header("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000")
                                .send(body(request.uri()), bytes -> true)))
                .bindNow();
        System.out.println("listening");
        server.onDispose().block();
    }

    private static Flux<ByteBuf> body(String path) {
        if (path.contains("held")) {
            return Flux.just(wrap(START), wrap(CHUNK)).concatWith(Mono.never());
        }
        if (path.contains("paced")) {
            return Flux.concat(
                    Mono.just(wrap(START)),
                    Flux.interval(PACE).take(CHUNKS).map(tick -> wrap(CHUNK)).onBackpressureBuffer(),
                    Mono.fromSupplier(() -> wrap(END)));
        }
        return Flux.just(START)
                .concatWith(Flux.range(0, CHUNKS).map(i -> CHUNK))
                .concatWithValues(END)
                .buffer(8)
                .map(frames -> wrap(join(frames.toArray(new byte[0][]))));
    }

    private static ByteBuf wrap(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes);
    }

    private static byte[] frame(String type, String payload) {
        Map<String, HeaderValue> headers = Map.of(
                ":event-type", HeaderValue.fromString(type),
                ":content-type", HeaderValue.fromString("application/json"),
                ":message-type", HeaderValue.fromString("event"));
        ByteBuffer frame = new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
