package io.cortexreactive.examples.backend;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.ScriptedCall;
import java.util.Map;
import java.util.Optional;

/**
 * Where a provider takes an id along with a call, so that its log, or the simulated server's journal, can be matched
 * with the answers on the page.
 *
 * @param option the provider option, an object
 * @param key in that object
 */
public record CallTag(String option, String key) {

    /** Goes to Bedrock's invocation log. */
    static final CallTag BEDROCK = new CallTag("requestMetadata", "correlation_id");

    /** Reaches the simulated server with each protocol. */
    static final CallTag SIMULATED = new CallTag("metadata", "user_id");

    ChatRequest on(ChatRequest request, String id) {
        return request.toBuilder()
                .options(request.options().toBuilder()
                        .providerOption(option, Map.of(key, id))
                        .build())
                .build();
    }

    /** The id that a call to the simulated server carried. */
    public static Optional<String> of(ScriptedCall call) {
        return call.request().options().providerOptions().get(SIMULATED.option) instanceof Map<?, ?> tag
                ? Optional.ofNullable(tag.get(SIMULATED.key)).map(String::valueOf)
                : Optional.empty();
    }
}
