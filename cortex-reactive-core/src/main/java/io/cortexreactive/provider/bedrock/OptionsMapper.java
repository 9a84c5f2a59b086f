package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.provider.bedrock.ConverseCall.Options;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailStreamConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTier;

/** Reads {@code ChatOptions.providerOptions}. What it does not know goes to the model as it is. */
final class OptionsMapper {

    private static final Set<String> GUARDRAIL_KEYS =
            Set.of("guardrailIdentifier", "guardrailVersion", "trace", "streamProcessingMode");

    private final Refusal refusal;
    private final Map<String, Object> options;

    OptionsMapper(Refusal refusal, ChatOptions options) {
        this.refusal = refusal;
        this.options = new LinkedHashMap<>(options.providerOptions());
    }

    Options map(boolean withCachePoints, Map<String, Object> defaultFields) {
        GuardrailStreamConfiguration guardrail = guardrail();
        List<String> paths = responseFieldPaths();
        Map<String, String> metadata = requestMetadata();
        PerformanceConfiguration performance = performance();
        ServiceTier tier = serviceTier();
        CachePointBlock system = cachePoint("systemCachePoint");
        CachePointBlock tools = cachePoint("toolsCachePoint");
        return new Options(
                guardrail,
                additionalFields(defaultFields),
                paths,
                metadata,
                performance,
                tier,
                withCachePoints ? new Options.CachedPrefix(system, tools) : new Options.CachedPrefix(null, null));
    }

    private @Nullable GuardrailStreamConfiguration guardrail() {
        Map<String, Object> config = object("guardrailConfig");
        if (config == null) {
            return null;
        }
        for (String key : config.keySet()) {
            if (!GUARDRAIL_KEYS.contains(key)) {
                throw refusal.because("Option 'guardrailConfig' has no '" + key + "'. It takes guardrailIdentifier,"
                        + " guardrailVersion, trace and streamProcessingMode.");
            }
        }
        return GuardrailStreamConfiguration.builder()
                .guardrailIdentifier(required(config, "guardrailIdentifier"))
                .guardrailVersion(required(config, "guardrailVersion"))
                .trace(optional(config, "trace"))
                .streamProcessingMode(optional(config, "streamProcessingMode"))
                .build();
    }

    private String required(Map<String, Object> config, String key) {
        String value = optional(config, key);
        if (value == null || value.isBlank()) {
            throw refusal.because("Option 'guardrailConfig' needs '" + key + "'.");
        }
        return value;
    }

    private static @Nullable String optional(Map<String, Object> config, String key) {
        Object value = config.get(key);
        return value == null ? null : String.valueOf(value);
    }

    private List<String> responseFieldPaths() {
        Object value = options.remove("additionalModelResponseFieldPaths");
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        throw refusal.because("Option 'additionalModelResponseFieldPaths' must be a list of JSON pointers.");
    }

    private Map<String, String> requestMetadata() {
        Map<String, Object> given = object("requestMetadata");
        if (given == null) {
            return Map.of();
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        given.forEach((key, value) -> metadata.put(key, String.valueOf(value)));
        return metadata;
    }

    private @Nullable PerformanceConfiguration performance() {
        String latency = single("performanceConfig", "latency");
        return latency == null
                ? null
                : PerformanceConfiguration.builder().latency(latency).build();
    }

    private @Nullable ServiceTier serviceTier() {
        String type = single("serviceTier", "type");
        return type == null ? null : ServiceTier.builder().type(type).build();
    }

    private @Nullable CachePointBlock cachePoint(String name) {
        Object value = options.remove(name);
        return value == null ? null : CachePoints.option(name, value, refusal);
    }

    /** An option that is Bedrock's object of one field, or that field's text alone. */
    private @Nullable String single(String name, String field) {
        Object value = options.get(name);
        if (value instanceof CharSequence text) {
            options.remove(name);
            return text.toString();
        }
        Map<String, Object> object = object(name);
        if (object == null) {
            return null;
        }
        if (!object.keySet().equals(Set.of(field))) {
            throw refusal.because("Option '" + name + "' takes '" + field + "' and nothing else.");
        }
        return String.valueOf(object.get(field));
    }

    private @Nullable Document additionalFields(Map<String, Object> defaultFields) {
        Map<String, Object> fields = new LinkedHashMap<>(defaultFields);
        Map<String, Object> given = object("additionalModelRequestFields");
        if (given != null) {
            merge(fields, given);
        }
        merge(fields, options);
        return fields.isEmpty() ? null : SdkJson.document(fields);
    }

    /** What is given wins, but objects on both sides are joined, so that a default is not lost beside it. */
    private static void merge(Map<String, Object> into, Map<String, Object> given) {
        given.forEach((key, value) -> {
            if (into.get(key) instanceof Map<?, ?> known && value instanceof Map<?, ?> more) {
                Map<String, Object> joined = copy(known);
                merge(joined, copy(more));
                into.put(key, joined);
            } else {
                into.put(key, value);
            }
        });
    }

    private @Nullable Map<String, Object> object(String name) {
        Object value = options.remove(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        throw refusal.because("Option '" + name + "' must be an object.");
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
