package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code ChatOptions.providerOptions}, read.
 *
 * @param systemCachePoint the option's value, if there is one
 * @param toolsCachePoint the option's value, if there is one
 * @param body what goes to the service as it is
 */
record ProviderOptions(
        List<String> betas,
        @Nullable Object systemCachePoint,
        @Nullable Object toolsCachePoint,
        Map<String, Object> body) {

    private static final Set<String> RESERVED = Set.of("model", "messages", "stream");

    static ProviderOptions of(Map<String, Object> options, Refusal refusal) {
        Map<String, Object> left = new LinkedHashMap<>(options);
        List<String> betas = betas(left.remove("betas"), refusal);
        Object system = left.remove("systemCachePoint");
        Object tools = left.remove("toolsCachePoint");
        for (String name : left.keySet()) {
            if (RESERVED.contains(name)) {
                throw refusal.because("Provider option '" + name + "' cannot be set: the request itself says it.");
            }
        }
        return new ProviderOptions(betas, system, tools, left);
    }

    private static List<String> betas(@Nullable Object value, Refusal refusal) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof String one && !one.isBlank()) {
            return List.of(one);
        }
        if (value instanceof List<?> all && all.stream().allMatch(String.class::isInstance)) {
            return all.stream().map(String.class::cast).toList();
        }
        throw refusal.because("Provider option 'betas' must be a text or a list of texts.");
    }

    /** The most tokens that the model may think; 0 if none are named. */
    int thinkingBudget() {
        return body.get("thinking") instanceof Map<?, ?> thinking
                        && thinking.get("budget_tokens") instanceof Integer budget
                ? budget
                : 0;
    }

    /** What is given wins, but objects on both sides are joined, so that a schema is not lost beside an effort. */
    void addTo(Map<String, Object> request) {
        body.forEach((name, value) -> {
            if (request.get(name) instanceof Map<?, ?> known && value instanceof Map<?, ?> more) {
                Map<Object, Object> joined = new LinkedHashMap<>(known);
                joined.putAll(more);
                request.put(name, joined);
            } else {
                request.put(name, value);
            }
        });
    }
}
