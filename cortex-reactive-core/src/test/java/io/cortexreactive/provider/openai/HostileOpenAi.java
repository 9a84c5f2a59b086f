package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.HostileCall;
import io.cortexreactive.provider.HostileCall.Document;
import io.cortexreactive.provider.HostileCall.Endless;
import io.cortexreactive.provider.HostileDialect;
import io.cortexreactive.provider.Provider;
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

/** What a server of chat completions says. */
final class HostileOpenAi implements HostileDialect {

    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";

    private static final Document TEXT = delta("'content':'@@'");
    private static final Document STOP =
            event("{'choices':[{'index':0,'delta':{},'finish_reason':'stop','stop_reason':null}],'~~':1}");
    private static final Document USAGE = usage("'prompt_tokens':3,'completion_tokens':5");
    private static final Document DONE = event("[DONE]");

    private static final String LONG = "x".repeat(64 * 1024);

    @Override
    public Provider start(URI endpoint, ProviderTimeouts timeouts, UnaryOperator<HttpClient> client) {
        return OpenAiProvider.builder()
                .baseUrl(endpoint)
                .apiKey(Secret.of(KEY))
                .model("a-model")
                .embeddingModel("an-embedding-model")
                .timeouts(timeouts)
                .httpClient(client)
                .maxConnections(1)
                .build();
    }

    private static Document event(String json) {
        return Document.of("", json);
    }

    private static Document delta(String fields) {
        return event("{'id':'x','model':'m','choices':[{'index':0,'delta':{" + fields + "},'finish_reason':null}]}");
    }

    private static Document usage(String fields) {
        return event("{'choices':[],'usage':{" + fields + ",'prompt_tokens_details':{'cached_tokens':1}}}");
    }

    private static Document call(String index, String id, String arguments) {
        return delta("'tool_calls':[{'index':" + index + ",'id':'" + id
                + "','type':'function','function':{'name':'f','arguments':'" + arguments + "'}}]");
    }

    private static byte[] events(List<Document> documents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Document document : documents) {
            body.writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
            body.writeBytes(document.json());
            body.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        }
        return body.toByteArray();
    }

    private static byte[] whole(List<Document> documents) {
        return documents.get(0).json();
    }

    @Override
    public List<HostileCall> calls() {
        return List.of(
                new HostileCall(
                        "stream",
                        provider -> provider.stream(ChatRequest.of("Hello?")),
                        true,
                        EVENTS,
                        List.of(
                                delta("'reasoning_content':'Hm.','reasoning_details':[{'text':'Hm.','signature':'s'}]"),
                                TEXT,
                                call("0", "a", "{}"),
                                STOP,
                                USAGE),
                        HostileOpenAi::events,
                        endlessEvents()),
                whole(
                        "chat",
                        provider -> provider.stream(ChatRequest.of("Hello?")),
                        "{'model':'m','choices':[{'index':0,'message':{'role':'assistant','content':'@@','tool_calls':"
                                + "[{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}}]},"
                                + "'finish_reason':'stop'}],'usage':{'prompt_tokens':3,'completion_tokens':5},'~~':1}"),
                whole(
                        "models",
                        Provider::models,
                        "{'object':'list','data':[{'id':'m','name':'@@','context_length':7}],'~~':1}"),
                whole(
                        "embed",
                        provider -> ((OpenAiProvider) provider).embed(EmbeddingRequest.query("Hello")),
                        "{'data':[{'index':0,'embedding':[0.5,1]}],'model':'@@','usage':{'prompt_tokens':3},'~~':1}"));
    }

    private static HostileCall whole(String name, Function<Provider, Publisher<?>> method, String json) {
        byte[] block = LONG.getBytes(StandardCharsets.UTF_8);
        return new HostileCall(
                name,
                method,
                false,
                JSON,
                List.of(event(json)),
                HostileOpenAi::whole,
                Map.of(
                        "one text", new Endless("{\"x\":\"".getBytes(StandardCharsets.UTF_8), block),
                        "one number",
                                new Endless(
                                        "{\"x\":1".getBytes(StandardCharsets.UTF_8),
                                        "1".repeat(9_999).getBytes(StandardCharsets.UTF_8)),
                        "many fields",
                                new Endless(
                                        "{\"x\":1".getBytes(StandardCharsets.UTF_8),
                                        ",\"x\":1".repeat(9_999).getBytes(StandardCharsets.UTF_8))));
    }

    private static Map<String, Endless> endlessEvents() {
        byte[] none = {};
        byte[] begun = "data: ".getBytes(StandardCharsets.UTF_8);
        return Map.of(
                "one line", new Endless(begun, LONG.getBytes(StandardCharsets.UTF_8)),
                "one event", new Endless(none, ("data: " + LONG + "\n").getBytes(StandardCharsets.UTF_8)),
                "one name",
                        new Endless("event: ".getBytes(StandardCharsets.UTF_8), LONG.getBytes(StandardCharsets.UTF_8)),
                "comments", new Endless(none, (": " + LONG + "\n\n").getBytes(StandardCharsets.UTF_8)),
                "line ends", new Endless(none, "\n".repeat(9_999).getBytes(StandardCharsets.UTF_8)),
                "events", new Endless(none, events(List.of(delta("'content':'" + LONG + "'")))));
    }

    @Override
    public boolean takesQuery() {
        return true;
    }

    @Override
    public List<byte[]> silence() {
        return List.of(
                ": ping\n\n".getBytes(StandardCharsets.UTF_8),
                "event: ping\ndata: {\"choices\":[]}\n\n".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Document> odd(Oddity oddity) {
        return switch (oddity) {
            case UNKNOWN_EVENT -> List.of(event("{'type':'novelty','x':[1]}"), TEXT, STOP, USAGE, DONE);
            case NO_END -> List.of(TEXT, TEXT);
            case TWO_ENDS -> List.of(TEXT, STOP, STOP, USAGE, DONE, DONE, STOP);
            case EVENT_AFTER_THE_END -> List.of(TEXT, STOP, USAGE, DONE, TEXT, event("nonsense"));
            case TEN_THOUSAND_TOOL_CALLS -> calls(10_000);
            case LONG_ARGUMENTS -> longArguments();
            case NEGATIVE_USAGE -> List.of(TEXT, STOP, usage("'prompt_tokens':-3,'completion_tokens':5"), DONE);
            case HUGE_USAGE ->
                List.of(TEXT, STOP, usage("'prompt_tokens':3,'completion_tokens':9223372036854775808123"), DONE);
            case USAGE_OF_MANY_DIGITS -> List.of(TEXT, usage("'prompt_tokens':" + "9".repeat(100_000)), STOP, DONE);
            case NEGATIVE_INDEX -> List.of(TEXT, call("-7", "a", "{}"), STOP, DONE);
            case HUGE_INDEX -> List.of(TEXT, call("99999999999", "a", "{}"), STOP, DONE);
        };
    }

    private static List<Document> calls(int count) {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(call(Integer.toString(i), "id-" + i, "{}"));
        }
        all.add(STOP);
        return all;
    }

    private static List<Document> longArguments() {
        Document[] all = new Document[6];
        Arrays.fill(all, call("0", "a", LONG));
        all[5] = STOP;
        return List.of(all);
    }
}
