package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseTokensRequest;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensInput;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensRequest;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailStreamConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTier;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;

/** A request in Bedrock's terms. {@code pin} says who calls, and is a part of each of the three forms it takes. */
record ConverseCall(
        String model,
        List<Message> turns,
        List<SystemContentBlock> system,
        @Nullable ToolConfiguration tools,
        @Nullable InferenceConfiguration inference,
        @Nullable OutputConfig output,
        Options options) {

    ConverseStreamRequest stream(AwsRequestOverrideConfiguration pin) {
        return ConverseStreamRequest.builder()
                .overrideConfiguration(pin)
                .modelId(model)
                .messages(turns)
                .system(orNull(system))
                .toolConfig(tools)
                .inferenceConfig(inference)
                .outputConfig(output)
                .guardrailConfig(options.guardrail())
                .additionalModelRequestFields(options.additionalFields())
                .additionalModelResponseFieldPaths(orNull(options.responseFieldPaths()))
                .requestMetadata(options.requestMetadata().isEmpty() ? null : options.requestMetadata())
                .performanceConfig(options.performance())
                .serviceTier(options.serviceTier())
                .build();
    }

    ConverseRequest whole(AwsRequestOverrideConfiguration pin) {
        return ConverseRequest.builder()
                .overrideConfiguration(pin)
                .modelId(model)
                .messages(turns)
                .system(orNull(system))
                .toolConfig(tools)
                .inferenceConfig(inference)
                .outputConfig(output)
                .guardrailConfig(wholeGuardrail(options.guardrail()))
                .additionalModelRequestFields(options.additionalFields())
                .additionalModelResponseFieldPaths(orNull(options.responseFieldPaths()))
                .requestMetadata(options.requestMetadata().isEmpty() ? null : options.requestMetadata())
                .performanceConfig(options.performance())
                .serviceTier(options.serviceTier())
                .build();
    }

    CountTokensRequest count(AwsRequestOverrideConfiguration pin) {
        return CountTokensRequest.builder()
                .overrideConfiguration(pin)
                // Counting knows the models themselves, not the inference profiles over them.
                .modelId(ModelCatalog.baseId(model))
                .input(CountTokensInput.fromConverse(ConverseTokensRequest.builder()
                        .messages(turns)
                        .system(orNull(system))
                        .toolConfig(tools)
                        .additionalModelRequestFields(options.additionalFields())
                        .build()))
                .build();
    }

    private static @Nullable GuardrailConfiguration wholeGuardrail(@Nullable GuardrailStreamConfiguration guardrail) {
        return guardrail == null
                ? null
                : GuardrailConfiguration.builder()
                        .guardrailIdentifier(guardrail.guardrailIdentifier())
                        .guardrailVersion(guardrail.guardrailVersion())
                        .trace(guardrail.traceAsString())
                        .build();
    }

    /** The SDK writes an empty list, and Bedrock refuses some of them. */
    private static <T> @Nullable List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    /** Carries out one ConverseStream call, in time, with errors of this library. */
    interface Transport {

        /** The answer to one request, for one subscription. */
        Flux<ChatChunk> stream(ConverseCall call, ChatRequest request);
    }

    /**
     * What {@code ChatOptions.providerOptions} asked of Bedrock.
     *
     * @param additionalFields for the model itself, every option that is not named here among them
     * @param responseFieldPaths JSON pointers to fields of the model's own answer
     */
    record Options(
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
}
