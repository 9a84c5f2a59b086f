package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.HostileCall;
import io.cortexreactive.provider.HostileCall.Document;
import io.cortexreactive.provider.HostileCall.Endless;
import io.cortexreactive.provider.HostileDialect;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderTimeouts;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.netty.http.client.HttpClient;

/**
 * What Bedrock says.
 *
 * @param transport carries the streams
 */
record HostileBedrock(BedrockTransport transport) implements HostileDialect {

    private static final Model WHOLE_ONLY =
            new Model("acme.whole-v1", "Whole", 8_000, 1_000, null, ProviderCapabilities.of(Capability.TOOLS));

    private static final Document TEXT = delta("0", "'text':'@@'");
    private static final Document STOP = Document.of("messageStop", "{'stopReason':'end_turn','~~':1}");
    private static final Document USAGE = usage("'inputTokens':3,'outputTokens':5");

    private static final String LONG = "x".repeat(64 * 1024);

    @Override
    public Provider start(URI endpoint, ProviderTimeouts timeouts, UnaryOperator<HttpClient> client) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(endpoint)
                .apiKey(Secret.of(KEY))
                .model("anthropic.claude-sonnet-4-6")
                .models(List.of(WHOLE_ONLY))
                .timeouts(timeouts)
                .transport(transport)
                .httpClient(client)
                .maxConnections(1)
                .build();
    }

    private static Document delta(String index, String content) {
        return Document.of("contentBlockDelta", "{'contentBlockIndex':" + index + ",'delta':{" + content + "}}");
    }

    private static Document usage(String fields) {
        return Document.of("metadata", "{'usage':{" + fields + ",'totalTokens':8},'metrics':{'latencyMs':7}}");
    }

    private static Document call(String index, String id) {
        return Document.of(
                "contentBlockStart",
                "{'contentBlockIndex':" + index + ",'start':{'toolUse':{'toolUseId':'" + id + "','name':'f'}}}");
    }

    private static Document arguments(String index, String json) {
        return delta(index, "'toolUse':{'input':'" + json + "'}");
    }

    private static Document stop(String index) {
        return Document.of("contentBlockStop", "{'contentBlockIndex':" + index + "}");
    }

    private static byte[] frames(List<Document> documents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        documents.forEach(document -> body.writeBytes(Frames.event(document.type(), document.json())));
        return body.toByteArray();
    }

    @Override
    public List<HostileCall> calls() {
        HostileCall stream = new HostileCall(
                "stream",
                provider -> provider.stream(ChatRequest.of("Hello?")),
                true,
                "application/vnd.amazon.eventstream",
                List.of(
                        Document.of("messageStart", "{'role':'assistant'}"),
                        delta("0", "'reasoningContent':{'text':'Hm.'}"),
                        TEXT,
                        stop("0"),
                        call("1", "a"),
                        arguments("1", "{}"),
                        stop("1"),
                        STOP,
                        USAGE),
                HostileBedrock::frames,
                Map.of(
                        "one frame", new Endless(Frames.claiming(15 * 1024 * 1024, 0), bytes(LONG)),
                        "one header", new Endless(Frames.claiming(15 * 1024 * 1024, 14 * 1024 * 1024), bytes(LONG)),
                        "text", new Endless(new byte[0], frames(List.of(delta("0", "'text':'" + LONG + "'")))),
                        "unknown events",
                                new Endless(
                                        new byte[0], frames(List.of(Document.of("novelty", "{'x':'" + LONG + "'}"))))));
        return transport == BedrockTransport.SDK
                ? List.of(stream)
                : List.of(
                        stream,
                        whole(
                                "chat",
                                provider -> provider.stream(ChatRequest.builder()
                                        .model(WHOLE_ONLY.id())
                                        .user("Hello?")
                                        .build()),
                                "{'output':{'message':{'role':'assistant','content':[{'text':'@@'},{'toolUse':"
                                        + "{'toolUseId':'a','name':'f','input':{'x':1}}}]}},'stopReason':'end_turn',"
                                        + "'usage':{'inputTokens':3,'outputTokens':5,'totalTokens':8},'~~':1}"),
                        whole(
                                "countTokens",
                                provider -> provider.countTokens(ChatRequest.of("Hello?")),
                                "{'inputTokens':5,'x':'@@','~~':1}"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static HostileCall whole(String name, Function<Provider, Publisher<?>> method, String json) {
        return new HostileCall(
                name,
                method,
                false,
                "application/json",
                List.of(Document.of("", json)),
                documents -> documents.get(0).json(),
                Map.of("one text", new Endless(bytes("{\"x\":\""), bytes(LONG))));
    }

    @Override
    public boolean carries(HostileCall call) {
        return transport == BedrockTransport.DIRECT && call.streamed();
    }

    @Override
    public boolean takesQuery() {
        return false;
    }

    @Override
    public boolean takesTrust() {
        return transport == BedrockTransport.DIRECT;
    }

    @Override
    public List<byte[]> silence() {
        return List.of(Frames.event("novelty", "{}"), Frames.event("messageStart", "{'role':'assistant'}"));
    }

    @Override
    public List<Document> odd(Oddity oddity) {
        return switch (oddity) {
            case UNKNOWN_EVENT -> List.of(Document.of("novelty", "{'x':[1]}"), TEXT, STOP, USAGE);
            case NO_END -> List.of(TEXT, TEXT);
            case TWO_ENDS -> List.of(TEXT, STOP, STOP, USAGE, USAGE, STOP);
            case EVENT_AFTER_THE_END -> List.of(TEXT, STOP, USAGE, TEXT, Document.of("contentBlockDelta", "nonsense"));
            case TEN_THOUSAND_TOOL_CALLS -> calls(10_000);
            case LONG_ARGUMENTS -> longArguments();
            case NEGATIVE_USAGE -> List.of(TEXT, STOP, usage("'inputTokens':-3,'outputTokens':5"));
            case HUGE_USAGE -> List.of(TEXT, STOP, usage("'inputTokens':3,'outputTokens':9223372036854775808123"));
            case USAGE_OF_MANY_DIGITS -> List.of(TEXT, usage("'inputTokens':" + "9".repeat(100_000)), STOP);
            case NEGATIVE_INDEX -> List.of(delta("-7", "'text':'x'"), TEXT, STOP);
            case HUGE_INDEX ->
                List.of(delta("2147483647", "'text':'x'"), delta("1431655765", "'text':'x'"), TEXT, STOP);
        };
    }

    private static List<Document> calls(int count) {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String index = Integer.toString(i);
            all.addAll(List.of(call(index, "id-" + i), arguments(index, "{}"), stop(index)));
        }
        all.add(STOP);
        return all;
    }

    private static List<Document> longArguments() {
        Document[] all = new Document[8];
        Arrays.fill(all, arguments("0", LONG));
        all[0] = call("0", "a");
        all[7] = STOP;
        return List.of(all);
    }
}
