package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Anthropic's Messages, its count of tokens, and its list of models. */
final class AnthropicProtocol implements WireProtocol {

    private static final String JSON = "application/json";
    private static final String VERSION = "anthropic-version";
    private static final String BEARER = "bearer ";
    private static final String MODEL = "claude-simulated-1";

    private static final Map<String, Integer> STATUS = Map.of(
            "invalid_request_error", 400,
            "authentication_error", 401,
            "billing_error", 402,
            "permission_error", 403,
            "not_found_error", 404,
            "request_too_large", 413,
            "rate_limit_error", 429,
            "enforced_spend_limit_reached", 429,
            "timeout_error", 504,
            "overloaded_error", 529);
    private static final int UNKNOWN_ERROR = 500;

    /** A request with JSON values of each kind in it. */
    private static final String SAMPLE = """
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hello?"}],
             "metadata":{"a":{"b":[1,1.5,true,null,"c"]}}}""";

    private final JsonMapper json = new JsonMapper();
    private final AnthropicRequestReader reader = new AnthropicRequestReader(json);
    private final boolean keyless;

    /** @param keyless whether calls without a key are served */
    AnthropicProtocol(boolean keyless) {
        this.keyless = keyless;
        meetTypes();
    }

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private void meetTypes() {
        List<ReplyEvent> events = List.of(
                new ReplyEvent.Started(Usage.NONE),
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
        direct(new Route(Operation.COUNT, ""), request);
        direct(new Route(Operation.LIST_MODELS, ""), request);
    }

    /** The path of the models is OpenAI's, too. */
    @Override
    public @Nullable Route route(String method, String path, Map<String, String> headers, String body) {
        String called = method + " " + path.replaceFirst("\\?.*", "");
        return switch (called) {
            case "POST /v1/messages" ->
                new Route(reader.isStream(body) ? Operation.STREAM : Operation.ANSWER, reader.model(body));
            case "POST /v1/messages/count_tokens" -> new Route(Operation.COUNT, reader.model(body));
            case "GET /v1/models" -> headers.containsKey(VERSION) ? new Route(Operation.LIST_MODELS, "") : null;
            default -> null;
        };
    }

    @Override
    public String credential(Map<String, String> headers) {
        if (!headers.containsKey(VERSION)) {
            throw new RefusedRequestException(400, "invalid_request_error", "anthropic-version: header is required");
        }
        String key = headers.getOrDefault("x-api-key", "").strip();
        String header = headers.getOrDefault("authorization", "").strip();
        boolean bearer = key.isEmpty() && header.toLowerCase(Locale.ROOT).startsWith(BEARER);
        String used = bearer ? header.substring(BEARER.length()).strip() : key;
        if (used.isEmpty() && !keyless) {
            throw new RefusedRequestException(401, "authentication_error", "x-api-key header is required");
        }
        return used;
    }

    @Override
    public ChatRequest read(Route route, String body) {
        return switch (route.operation()) {
            case LIST_MODELS -> ChatRequest.builder().build();
            case COUNT -> reader.readCount(body);
            default -> reader.read(body);
        };
    }

    @Override
    public Map<String, String> responseHeaders(String requestId) {
        return Map.of("request-id", "req_" + requestId, "anthropic-ratelimit-requests-remaining", "9999");
    }

    @Override
    public String errorType(int status) {
        return status < UNKNOWN_ERROR ? "invalid_request_error" : "api_error";
    }

    @Override
    public Answer error(int status, String type, String message) {
        return new Answer(status, JSON, Map.of(), json.writeValueAsBytes(AnthropicReply.error(type, message)));
    }

    @Override
    public Answer streamError(String type, String message) {
        return error(STATUS.getOrDefault(type, UNKNOWN_ERROR), type, message);
    }

    @Override
    public Answer direct(Route route, ChatRequest request) {
        Map<String, Object> body =
                route.operation() == Operation.COUNT ? Map.of("input_tokens", TokenEstimate.of(request)) : models();
        return new Answer(200, JSON, Map.of(), json.writeValueAsBytes(body));
    }

    private static Map<String, Object> models() {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "model");
        model.put("id", MODEL);
        model.put("display_name", "Simulated");
        model.put("created_at", "2026-01-01T00:00:00Z");
        model.put("max_input_tokens", 200_000);
        model.put("max_tokens", 64_000);
        return Map.of("data", List.of(model), "has_more", false, "first_id", MODEL, "last_id", MODEL);
    }

    @Override
    public Answer whole(List<ReplyEvent> events, String model) {
        return new Answer(200, JSON, Map.of(), json.writeValueAsBytes(AnthropicReply.whole(json, events, model)));
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public FrameEncoder encoder(String model, ChatRequest request) {
        return new AnthropicReply.Encoder(json, model);
    }
}
