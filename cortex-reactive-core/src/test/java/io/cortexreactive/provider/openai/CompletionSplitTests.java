package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ByteSplitContract;
import io.cortexreactive.provider.wire.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The decoder of chat completions, fed in pieces. */
class CompletionSplitTests extends ByteSplitContract {

    private static final List<String> FIXTURES = List.of(
            "openai",
            "openai-tools",
            "openai-refusal",
            "ollama",
            "ollama-old",
            "vllm",
            "vllm-tools",
            "lmstudio",
            "azure",
            "openrouter",
            "openrouter-error",
            "deepseek");

    private static final Map<String, byte[]> CORPUS = new LinkedHashMap<>();

    static {
        FIXTURES.forEach(name -> put(name, fixture(name)));
        String answer = fixture("openai");
        put("carriage returns", answer.replace("\n", "\r"));
        put("both line ends", answer.replace("\n", "\r\n"));
        put("each line end in turn", answer.replace("\n\n", "\r\n\r").replace("}\r\n", "}\n"));
        put("byte order mark", "\uFEFF" + answer);
        put("data over several lines", answer.replace(",\"choices\"", ",\ndata:\"choices\""));
        put("comments and other fields", answer.replace("\n\n", "\n: ping\nid: 7\nretry: 5\nevent: x\n\n"));
        put("cut inside an event", answer.substring(0, answer.length() / 2));
        put("a page in the middle", answer.substring(0, answer.length() / 2) + "\n\n<html>Bad gateway</html>\n\n");
        put("broken JSON", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ü€😀\"}}]}\n\ndata: {\"choi\n\n");
    }

    private static void put(String name, String body) {
        CORPUS.put(name, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String fixture(String name) {
        try (InputStream in = CompletionSplitTests.class.getResourceAsStream(name + ".sse")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Map<String, byte[]> corpus() {
        return CORPUS;
    }

    @Override
    protected Decoding decoding() {
        URI address = URI.create("http://localhost/v1/chat/completions");
        WholeExchange exchange = new WholeExchange(
                "openai", "asked", HttpCall.get(address, Map.of()), new ServiceErrors(Clock.systemUTC()));
        CompletionCall call = new CompletionCall(exchange, ChatRequest.of("Hello?"));
        return new Decoding(CompletionDecoder.stream(call, "id_"), call.received());
    }
}
