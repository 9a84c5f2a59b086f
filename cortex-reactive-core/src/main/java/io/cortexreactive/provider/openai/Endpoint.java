package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.wire.HttpCall;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Makes the HTTP requests of one view: its addresses, its headers, its key. */
final class Endpoint {

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";

    private final URI baseUrl;
    private final OpenAiSettings settings;

    Endpoint(OpenAiSettings settings) {
        this.settings = settings;
        baseUrl = settings.baseUrl();
    }

    HttpCall chat(CompletionRequest request) {
        return HttpCall.post(uri("/chat/completions"), headers(request.streamed() ? EVENTS : JSON), request.body());
    }

    HttpCall embeddings(byte[] body) {
        return HttpCall.post(uri("/embeddings"), headers(JSON), body);
    }

    HttpCall models() {
        return HttpCall.get(uri("/models"), headers(JSON));
    }

    private URI uri(String operation) {
        String path = baseUrl.getRawPath().replaceFirst("/+$", "");
        String query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
        return URI.create(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + path + operation + query);
    }

    private Map<String, String> headers(String accept) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(settings.common().headers());
        headers.put("Content-Type", JSON);
        headers.put("Accept", accept);
        Secret key = settings.apiKey();
        if (key != null) {
            headers.put("Authorization", "Bearer " + key.reveal());
        }
        return headers;
    }
}
