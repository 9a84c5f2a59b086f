package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The least that a client on Reactor Netty and Jackson's streaming parser has to do: find the frames, check them, read
 * the text. No signature, no errors, no usage, no limits.
 */
public final class FloorClients implements StreamClients {

    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "bedrock/floor",
                server -> client(server, model -> "/model/" + model + "/converse-stream", FrameDecoder::new),
                "openai/floor",
                server -> client(server, model -> "/v1/chat/completions", EventDecoder::new));
    }

    /** Reads what has come; holds back what is not whole. One for each stream. */
    interface Decoder {

        List<String> decode(ByteBuf bytes);
    }

    private static StreamClient client(URI server, Function<String, String> path, Supplier<Decoder> decoders) {
        HttpClient http = HttpClient.create(ConnectionProvider.builder("floor")
                        .maxConnections(CortexClients.CONNECTIONS)
                        .pendingAcquireMaxCount(-1)
                        .build())
                .baseUrl(server.toString());
        return model -> http.post()
                .uri(path.apply(model))
                .send(Mono.fromSupplier(() -> request(model)))
                .response((response, body) -> {
                    Decoder decoder = decoders.get();
                    return body.map(decoder::decode).concatMapIterable(texts -> texts);
                });
    }

    private static ByteBuf request(String model) {
        String json = "{\"model\":\"" + model
                + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello?\"}]}";
        return Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
    }

    /** The first string of this name, wherever it is; empty if there is none. */
    static String text(byte[] json, int length, String name) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, 0, length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME
                        && name.equals(parser.currentName())
                        && parser.nextToken() == JsonToken.VALUE_STRING) {
                    return parser.getString();
                }
            }
            return "";
        }
    }

    /** What was held back, and what has come: to be released after use. */
    static ByteBuf join(ByteBuf held, ByteBuf bytes) {
        return held.isReadable() ? Unpooled.wrappedBuffer(held, bytes.retain()) : bytes.retain();
    }

    static ByteBuf copyOfRest(ByteBuf bytes) {
        return bytes.isReadable() ? Unpooled.copiedBuffer(bytes) : Unpooled.EMPTY_BUFFER;
    }
}
