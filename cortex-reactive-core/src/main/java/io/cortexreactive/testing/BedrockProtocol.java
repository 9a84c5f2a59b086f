package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Amazon Bedrock Runtime: Converse, ConverseStream, CountTokens, and InvokeModel for embeddings. */
final class BedrockProtocol implements WireProtocol {

    private static final String JSON = "application/json";
    private static final Pattern PATH =
            Pattern.compile("/model/([^/?]+)/(converse|converse-stream|count-tokens|invoke)");
    private static final Pattern SIGNED = Pattern.compile("AWS4-[A-Z0-9-]+ .*\\bCredential=([^/,\\s]+)/.*");
    private static final String BEARER = "bearer";
    private static final Map<String, Integer> STATUS = Map.of(
            "validationexception", 400,
            "accessdeniedexception", 403,
            "resourcenotfoundexception", 404,
            "modeltimeoutexception", 408,
            "modelerrorexception", 424,
            "modelstreamerrorexception", 424,
            "throttlingexception", 429,
            "modelnotreadyexception", 429,
            "serviceunavailableexception", 503,
            "servicequotaexceededexception", 400);
    private static final int UNKNOWN_ERROR = 500;

    /** A request with JSON values of each kind in it. */
    private static final String SAMPLE = """
            {"messages":[{"role":"user","content":[{"text":"Hello?"}]}],
             "additionalModelRequestFields":{"a":{"b":[1,1.5,true,null,"c"]}}}""";

    private final JsonMapper json = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private final BedrockRequestReader reader = new BedrockRequestReader(json);

    BedrockProtocol() {
        meetTypes();
    }

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private void meetTypes() {
        List<ReplyEvent> events = List.of(
                new ReplyEvent.Started(null),
                new ReplyEvent.CallStarted(0, "id", "name"),
                new ReplyEvent.Delta(0, ReplyEvent.Kind.ARGUMENTS, "{\"a\":[1]}"),
                new ReplyEvent.BlockStopped(0),
                new ReplyEvent.Stopped(StopReason.TOOL_USE),
                new ReplyEvent.Reported(Usage.NONE));
        FrameEncoder encoder = encoder("", ChatRequest.of("Hello?"));
        events.forEach(encoder::frame);
        encoder.error("type", "message");
        whole(events, "");
        direct(new Route(Operation.COUNT, ""), ChatRequest.of("Hello?"));
        read(new Route(Operation.STREAM, ""), SAMPLE);
        for (String model : List.of(Embeddings.TITAN, Embeddings.COHERE)) {
            Route embed = new Route(Operation.EMBED, model);
            direct(embed, read(embed, "{\"inputText\":\"a\",\"texts\":[\"a\"],\"input_type\":\"search_query\"}"));
        }
    }

    @Override
    public @Nullable Route route(String method, String path, Map<String, String> headers, String body) {
        Matcher matcher = PATH.matcher(path);
        if (!method.equals("POST") || !matcher.matches()) {
            return null;
        }
        String model = URLDecoder.decode(matcher.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        return switch (matcher.group(2)) {
            case "converse" -> new Route(Operation.ANSWER, model);
            case "converse-stream" -> new Route(Operation.STREAM, model);
            case "invoke" -> Embeddings.areOf(model) ? new Route(Operation.EMBED, model) : null;
            default -> new Route(Operation.COUNT, model);
        };
    }

    @Override
    public String credential(Map<String, String> headers) {
        String header = headers.getOrDefault("authorization", "").strip();
        if (header.isEmpty()) {
            throw new RefusedRequestException(
                    403, "MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        if (header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return bearer(header.substring(BEARER.length()).strip());
        }
        Matcher signed = SIGNED.matcher(header);
        if (!signed.matches()) {
            throw new RefusedRequestException(
                    403, "IncompleteSignatureException", "Authorization header requires 'Credential' parameter.");
        }
        return signed.group(1);
    }

    private static String bearer(String key) {
        if (key.isEmpty()) {
            throw new RefusedRequestException(
                    403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.");
        }
        return key;
    }

    @Override
    public ChatRequest read(Route route, String body) {
        try {
            return switch (route.operation()) {
                case COUNT -> reader.readCount(route.model(), body);
                case EMBED -> reader.readEmbedding(route.model(), body);
                default -> reader.read(route.model(), body);
            };
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(400, "SerializationException", "A value in the body is malformed");
        }
    }

    @Override
    public Map<String, String> responseHeaders(String requestId) {
        return Map.of("x-amzn-RequestId", requestId);
    }

    @Override
    public Answer error(int status, String type, String message) {
        return new Answer(status, JSON, Map.of("x-amzn-ErrorType", type), bytes(Map.of("message", message)));
    }

    @Override
    public Answer streamError(String type, String message) {
        int status = STATUS.getOrDefault(type.toLowerCase(Locale.ROOT), UNKNOWN_ERROR);
        // In a stream the type is the name of an event, and so begins with a small letter.
        return error(status, type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1), message);
    }

    @Override
    public String errorType(int status) {
        return status < UNKNOWN_ERROR ? "ValidationException" : "InternalServerException";
    }

    @Override
    public Answer direct(Route route, ChatRequest request) {
        return route.operation() == Operation.EMBED
                ? Embeddings.answer(request, this::bytes)
                : new Answer(200, JSON, Map.of(), bytes(Map.of("inputTokens", TokenEstimate.of(request))));
    }

    @Override
    public Answer whole(List<ReplyEvent> events, String model) {
        return new Answer(200, JSON, Map.of(), bytes(BedrockReply.whole(events)));
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public FrameEncoder encoder(String model, ChatRequest request) {
        return new BedrockReply.FrameEncoder(json);
    }

    private byte[] bytes(Object value) {
        return json.writeValueAsBytes(value);
    }

    /** What models of Titan and Cohere answer to texts, each of which is a message. */
    private static final class Embeddings {

        static final String TITAN = "amazon.titan-embed-text";
        static final String COHERE = "cohere.embed-";

        private Embeddings() {}

        static boolean areOf(String model) {
            return model.contains(TITAN) || model.contains(COHERE);
        }

        static Answer answer(ChatRequest request, Function<Object, byte[]> json) {
            Map<String, Object> options = request.options().providerOptions();
            boolean titan = String.valueOf(request.model()).contains(TITAN);
            int size = options.get(titan ? "dimensions" : "output_dimension") instanceof Integer asked
                    ? asked
                    : Vectors.USUAL_SIZE;
            List<String> texts = request.messages().stream().map(Message::text).toList();
            List<float[]> vectors =
                    texts.stream().map(text -> Vectors.of(text, size)).toList();
            long tokens = texts.stream().mapToLong(TokenEstimate::of).sum();
            return titan
                    ? new Answer(200, JSON, Map.of(), json.apply(titan(vectors, tokens)))
                    : new Answer(
                            200,
                            JSON,
                            Map.of("x-amzn-bedrock-input-token-count", Long.toString(tokens)),
                            json.apply(cohere(vectors, texts, options)));
        }

        private static Map<String, Object> titan(List<float[]> vectors, long tokens) {
            return Map.of("embedding", vectors.get(0), "inputTextTokenCount", tokens);
        }

        /** By type where types were asked for. */
        private static Map<String, Object> cohere(
                List<float[]> vectors, List<String> texts, Map<String, Object> options) {
            boolean typed = options.containsKey("embedding_types");
            return Map.of(
                    "id",
                    "simulated",
                    "response_type",
                    typed ? "embeddings_by_type" : "embeddings_floats",
                    "embeddings",
                    typed ? Map.of("float", vectors) : vectors,
                    "texts",
                    texts);
        }
    }
}
