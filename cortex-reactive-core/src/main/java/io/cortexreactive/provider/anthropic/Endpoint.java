package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.wire.HttpCall;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the HTTP requests of one view: its addresses, its headers, its key. */
final class Endpoint {

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String VERSION = "2023-06-01";
    private static final String BETA = "anthropic-beta";

    /** The most that the service gives at a time. */
    private static final String WHOLE_PAGE = "limit=1000";

    private final URI baseUrl;
    private final AnthropicSettings settings;

    Endpoint(AnthropicSettings settings) {
        this.settings = settings;
        baseUrl = settings.baseUrl();
    }

    HttpCall messages(MessagesRequest request) {
        return HttpCall.post(uri("/v1/messages", ""), headers(EVENTS, request.betas()), request.body());
    }

    HttpCall countTokens(MessagesRequest request) {
        return HttpCall.post(uri("/v1/messages/count_tokens", ""), headers(JSON, request.betas()), request.body());
    }

    /** @param after the last model of the page before; null for the first page */
    HttpCall models(@Nullable String after) {
        String query = after == null
                ? WHOLE_PAGE
                : WHOLE_PAGE + "&after_id=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
        return HttpCall.get(uri("/v1/models", query), headers(JSON, List.of()));
    }

    private URI uri(String operation, String query) {
        String path = baseUrl.getRawPath().replaceFirst("(?:/v1)?/*$", "");
        String all = Stream.concat(Stream.ofNullable(baseUrl.getRawQuery()), Stream.of(query))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("&"));
        return URI.create(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + path + operation
                + (all.isEmpty() ? "" : "?" + all));
    }

    private Map<String, String> headers(String accept, List<String> betas) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("anthropic-version", VERSION);
        headers.putAll(settings.common().headers());
        headers.put("Content-Type", JSON);
        headers.put("Accept", accept);
        String allBetas = Stream.of(
                        Stream.ofNullable(headers.get(BETA)), settings.common().betas().stream(), betas.stream())
                .flatMap(some -> some)
                .distinct()
                .collect(Collectors.joining(","));
        if (!allBetas.isEmpty()) {
            headers.put(BETA, allBetas);
        }
        Secret key = settings.apiKey();
        if (key != null) {
            headers.put("x-api-key", key.reveal());
        }
        return headers;
    }
}
