package io.cortexreactive.provider.bedrock;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailStreamConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTier;

/**
 * What {@code ChatOptions.providerOptions} asked of Bedrock.
 *
 * @param additionalFields for the model itself, every option that is not named here among them
 * @param responseFieldPaths JSON pointers to fields of the model's own answer
 */
record BedrockOptions(
        @Nullable GuardrailStreamConfiguration guardrail,
        @Nullable Document additionalFields,
        List<String> responseFieldPaths,
        Map<String, String> requestMetadata,
        @Nullable PerformanceConfiguration performance,
        @Nullable ServiceTier serviceTier,
        CachedPrefix cached) {

    /** Where to end a cached prefix of the prompt, besides the cache points within messages. */
    record CachedPrefix(
            @Nullable CachePointBlock system, @Nullable CachePointBlock tools) {}
}
