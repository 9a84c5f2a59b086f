package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's chat completions, embeddings and list of models. */
final class OpenAiProtocol implements WireProtocol {

    private static final String JSON = "application/json";
    private static final String BEARER = "bearer ";
    private static final List<String> MODELS = List.of("simulated-chat", "simulated-embedding");

    private static final Map<String, Integer> STATUS = Map.of(
            "rate_limit_exceeded", 429,
            "insufficient_quota", 429,
            "billing_hard_limit_reached", 400,
            "context_length_exceeded", 400,
            "invalid_request_error", 400,
            "content_policy_violation", 400,
            "content_filter", 400,
            "invalid_api_key", 401,
            "model_not_found", 404);
    private static final int UNKNOWN_ERROR = 500;

    /** A request with JSON values of each kind in it. */
    private static final String SAMPLE = """
            {"model":"m","messages":[{"role":"user","content":"Hello?"}],
             "metadata":{"a":{"b":[1,1.5,true,null,"c"]}}}""";

    private final JsonMapper json = new JsonMapper();
    private final OpenAiRequestReader reader = new OpenAiRequestReader(json);
    private final boolean keyless;

    /** @param keyless whether calls without a key are served */
    OpenAiProtocol(boolean keyless) {
        this.keyless = keyless;
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
        ChatRequest request = read(new Route(Operation.STREAM, ""), SAMPLE);
        FrameEncoder encoder = encoder("", request);
        events.forEach(encoder::frame);
        error(UNKNOWN_ERROR, "type", "message");
        whole(events, "");
        direct(new Route(Operation.EMBED, ""), request);
        direct(new Route(Operation.LIST_MODELS, ""), request);
    }

    @Override
    public @Nullable Route route(String method, String path, Map<String, String> headers, String body) {
        String called = method + " " + path.replaceFirst("\\?.*", "");
        return switch (called) {
            case "POST /v1/chat/completions" ->
                new Route(reader.isStream(body) ? Operation.STREAM : Operation.ANSWER, reader.model(body));
            case "POST /v1/embeddings" -> new Route(Operation.EMBED, reader.model(body));
            case "GET /v1/models" -> new Route(Operation.LIST_MODELS, "");
            default -> null;
        };
    }

    @Override
    public String credential(Map<String, String> headers) {
        String header = headers.getOrDefault("authorization", "").strip();
        boolean bearer = header.toLowerCase(Locale.ROOT).startsWith(BEARER);
        String key = bearer ? header.substring(BEARER.length()).strip() : headers.getOrDefault("api-key", "");
        if (key.isEmpty() && !keyless) {
            throw new RefusedRequestException(
                    401, "invalid_request_error", "You didn't provide an API key. It goes in an Authorization header.");
        }
        return key;
    }

    @Override
    public ChatRequest read(Route route, String body) {
        return switch (route.operation()) {
            case LIST_MODELS -> ChatRequest.builder().build();
            case EMBED -> reader.readEmbedding(body);
            default -> reader.read(body);
        };
    }

    @Override
    public Map<String, String> responseHeaders(String requestId) {
        return Map.of("x-request-id", requestId, "x-ratelimit-remaining-requests", "9999");
    }

    @Override
    public String errorType(int status) {
        return status < UNKNOWN_ERROR ? "invalid_request_error" : "server_error";
    }

    @Override
    public Answer error(int status, String type, String message) {
        return new Answer(status, JSON, Map.of(), json.writeValueAsBytes(OpenAiReply.error(type, message)));
    }

    @Override
    public Answer streamError(String type, String message) {
        return error(STATUS.getOrDefault(type, UNKNOWN_ERROR), type, message);
    }

    @Override
    public Answer direct(Route route, ChatRequest request) {
        Map<String, Object> body = route.operation() == Operation.EMBED ? embeddings(request) : models();
        return new Answer(200, JSON, Map.of(), json.writeValueAsBytes(body));
    }

    private static Map<String, Object> models() {
        List<Map<String, Object>> entries = MODELS.stream()
                .map(id -> Map.<String, Object>of("id", id, "object", "model", "created", 0, "owned_by", "simulated"))
                .toList();
        return Map.of("object", "list", "data", entries);
    }

    private static Map<String, Object> embeddings(ChatRequest request) {
        boolean base64 = "base64".equals(request.options().providerOptions().get("encoding_format"));
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Message message : request.messages()) {
            float[] vector = Vectors.of(message.text(), Vectors.USUAL_SIZE);
            Object embedding = base64 ? Vectors.base64(vector) : vector;
            entries.add(Map.of("object", "embedding", "index", entries.size(), "embedding", embedding));
        }
        long tokens = request.messages().stream()
                .mapToLong(message -> TokenEstimate.of(message.text()))
                .sum();
        Map<String, Object> usage = Map.of("prompt_tokens", tokens, "total_tokens", tokens);
        return Map.of("object", "list", "data", entries, "model", String.valueOf(request.model()), "usage", usage);
    }

    @Override
    public Answer whole(List<ReplyEvent> events, String model) {
        return new Answer(200, JSON, Map.of(), json.writeValueAsBytes(OpenAiReply.whole(events, model)));
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public FrameEncoder encoder(String model, ChatRequest request) {
        boolean usage = request.options().providerOptions().get("stream_options") instanceof Map<?, ?> asked
                && Boolean.TRUE.equals(asked.get("include_usage"));
        return new OpenAiReply.Encoder(json, model, usage);
    }
}
