package io.cortexreactive.chat;

import io.cortexreactive.message.ChatRequest;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which guardrails a request wants, besides those that apply to all. They travel in its metadata. */
public final class RequestedGuardrails {

    /** Their ids, a list of texts. */
    public static final String METADATA = "cortex.guardrails";

    private RequestedGuardrails() {}

    /** Those that a request wants, in order. */
    public static Collection<String> of(ChatRequest request) {
        Object named = request.metadata().get(METADATA);
        if (named instanceof Collection<?> ids) {
            return ids.stream().map(String::valueOf).toList();
        }
        return named == null ? List.of() : List.of(named.toString());
    }

    /** The request, which wants these too. */
    public static ChatRequest add(ChatRequest request, Collection<String> ids) {
        Set<String> all = new LinkedHashSet<>(of(request));
        all.addAll(ids);
        return request.toBuilder().metadata(METADATA, List.copyOf(all)).build();
    }
}
