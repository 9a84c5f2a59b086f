package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
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

/** What a server of Anthropic's Messages says. */
final class HostileAnthropic implements HostileDialect {

    private static final Document BEGIN = begin("'input_tokens':3,'cache_read_input_tokens':1");
    private static final Document TEXT = delta("0", "'type':'text_delta','text':'@@'");
    private static final Document STOP = stop("'output_tokens':5");
    private static final Document END = event("message_stop", "");

    private static final String LONG = "x".repeat(64 * 1024);

    @Override
    public Provider start(URI endpoint, ProviderTimeouts timeouts, UnaryOperator<HttpClient> client) {
        return AnthropicProvider.builder()
                .baseUrl(endpoint)
                .apiKey(Secret.of(KEY))
                .model("a-model")
                .timeouts(timeouts)
                .httpClient(client)
                .maxConnections(1)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Document event(String type, String fields) {
        return Document.of(type, "{'type':'" + type + "'" + (fields.isEmpty() ? "" : "," + fields) + "}");
    }

    private static Document begin(String usage) {
        return event("message_start", "'message':{'id':'x','model':'m','content':[],'usage':{" + usage + "}}");
    }

    private static Document stop(String usage) {
        return event(
                "message_delta",
                "'delta':{'stop_reason':'end_turn','stop_sequence':null},'usage':{" + usage + "},'~~':1");
    }

    private static Document delta(String index, String fields) {
        return event("content_block_delta", "'index':" + index + ",'delta':{" + fields + "}");
    }

    private static Document block(String index, String fields) {
        return event("content_block_start", "'index':" + index + ",'content_block':{" + fields + "}");
    }

    private static Document call(String index, String id) {
        return block(index, "'type':'tool_use','id':'" + id + "','name':'f','input':{}");
    }

    private static Document arguments(String index, String json) {
        return delta(index, "'type':'input_json_delta','partial_json':'" + json + "'");
    }

    private static Document blockStop(String index) {
        return event("content_block_stop", "'index':" + index);
    }

    private static byte[] events(List<Document> documents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Document document : documents) {
            body.writeBytes(bytes("event: " + document.type() + "\ndata: "));
            body.writeBytes(document.json());
            body.writeBytes(bytes("\n\n"));
        }
        return body.toByteArray();
    }

    @Override
    public List<HostileCall> calls() {
        return List.of(
                new HostileCall(
                        "stream",
                        provider -> provider.stream(ChatRequest.of("Hello?")),
                        true,
                        "text/event-stream",
                        List.of(
                                BEGIN,
                                block("0", "'type':'text','text':''"),
                                TEXT,
                                blockStop("0"),
                                block("1", "'type':'thinking','thinking':'Hm.','signature':'s'"),
                                call("2", "a"),
                                arguments("2", "{}"),
                                blockStop("2"),
                                STOP,
                                END),
                        HostileAnthropic::events,
                        endlessEvents()),
                whole(
                        "models",
                        Provider::models,
                        "{'data':[{'id':'m','display_name':'@@','max_input_tokens':7,'max_tokens':3}],"
                                + "'has_more':false,'~~':1}"),
                whole(
                        "countTokens",
                        provider -> provider.countTokens(ChatRequest.of("Hello?")),
                        "{'input_tokens':5,'x':'@@','~~':1}"));
    }

    private static HostileCall whole(String name, Function<Provider, Publisher<?>> method, String json) {
        return new HostileCall(
                name,
                method,
                false,
                "application/json",
                List.of(Document.of("", json)),
                documents -> documents.get(0).json(),
                Map.of(
                        "one text", new Endless(bytes("{\"x\":\""), bytes(LONG)),
                        "many fields", new Endless(bytes("{\"x\":1"), bytes(",\"x\":1".repeat(9_999)))));
    }

    private static Map<String, Endless> endlessEvents() {
        byte[] none = {};
        return Map.of(
                "one line", new Endless(bytes("data: "), bytes(LONG)),
                "one event", new Endless(none, bytes("data: " + LONG + "\n")),
                "one name", new Endless(bytes("event: "), bytes(LONG)),
                "comments", new Endless(none, bytes(": " + LONG + "\n\n")),
                "pings", new Endless(none, events(List.of(event("ping", "'x':'" + LONG + "'")))),
                "events", new Endless(none, events(List.of(delta("0", "'type':'text_delta','text':'" + LONG + "'")))));
    }

    @Override
    public boolean takesQuery() {
        return true;
    }

    @Override
    public List<byte[]> silence() {
        return List.of(bytes(": nothing\n\n"), events(List.of(event("ping", ""))), events(List.of(BEGIN)));
    }

    @Override
    public List<Document> odd(Oddity oddity) {
        return switch (oddity) {
            case UNKNOWN_EVENT -> List.of(BEGIN, event("novelty", "'x':[1]"), TEXT, STOP, END);
            case NO_END -> List.of(TEXT, TEXT);
            case TWO_ENDS -> List.of(BEGIN, TEXT, STOP, STOP, END, END, STOP);
            case EVENT_AFTER_THE_END -> List.of(TEXT, STOP, END, TEXT, Document.of("content_block_delta", "nonsense"));
            case TEN_THOUSAND_TOOL_CALLS -> calls(10_000);
            case LONG_ARGUMENTS -> longArguments();
            case NEGATIVE_USAGE -> List.of(begin("'input_tokens':-3"), TEXT, STOP, END);
            case HUGE_USAGE -> List.of(BEGIN, TEXT, stop("'output_tokens':9223372036854775808123"), END);
            case USAGE_OF_MANY_DIGITS -> List.of(TEXT, stop("'output_tokens':" + "9".repeat(100_000)), END);
            case NEGATIVE_INDEX -> List.of(delta("-7", "'type':'text_delta','text':'x'"), TEXT, STOP, END);
            case HUGE_INDEX -> List.of(call("2147483647", "a"), call("1431655765", "b"), call("99999999999", "c"), END);
        };
    }

    private static List<Document> calls(int count) {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String index = Integer.toString(i);
            all.addAll(List.of(call(index, "id-" + i), arguments(index, "{}"), blockStop(index)));
        }
        all.addAll(List.of(STOP, END));
        return all;
    }

    private static List<Document> longArguments() {
        Document[] all = new Document[8];
        Arrays.fill(all, arguments("0", LONG));
        all[0] = call("0", "a");
        all[7] = END;
        return List.of(all);
    }
}
