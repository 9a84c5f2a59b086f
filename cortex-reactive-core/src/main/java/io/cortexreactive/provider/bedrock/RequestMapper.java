package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.bedrock.ConverseCall.Options;
import io.cortexreactive.schema.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.JsonSchemaDefinition;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormat;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatStructure;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;

/** Maps a request to Bedrock's terms, and refuses what Bedrock cannot take. No I/O. */
final class RequestMapper {

    private final String provider;
    private final @Nullable String defaultModel;
    private final ModelCatalog catalog;

    RequestMapper(String provider, @Nullable String defaultModel, ModelCatalog catalog) {
        this.provider = provider;
        this.defaultModel = defaultModel;
        this.catalog = catalog;
    }

    ConverseCall map(ChatRequest request) {
        String model = model(request);
        Refusal refusal = new Refusal(ProviderFailure.of(provider, model));
        boolean caching = catalog.capabilities(model).has(Capability.PROMPT_CACHING);
        Options options = new OptionsMapper(refusal, request.options())
                .map(caching, topK(model, request.options().topK()));
        ContentMapper content = new ContentMapper(refusal, ToolMapper.offered(request), caching);
        ConversationMapper conversation = new ConversationMapper(refusal, content, caching);
        return new ConverseCall(
                model,
                conversation.turns(request),
                conversation.system(request, options.cached().system()),
                new ToolMapper(refusal).map(request, options.cached().tools()),
                inference(request.options()),
                output(request.responseSchema()),
                options);
    }

    /** The model a request is for. */
    String model(ChatRequest request) {
        String model = request.model() == null ? defaultModel : request.model();
        ProviderFailure failure = ProviderFailure.of(provider, model);
        if (model == null || model.isBlank()) {
            throw new Refusal(failure)
                    .because("No model is chosen. Name one in the request, or a default with"
                            + " BedrockProvider.builder().model(..).");
        }
        catalog.requireKnown(model, failure);
        return model;
    }

    /** Converse has no such setting: each family of models has its own name for it. */
    private static Map<String, Object> topK(String model, @Nullable Integer topK) {
        if (topK == null) {
            return Map.of();
        }
        return ModelCatalog.baseId(model).startsWith("amazon.nova")
                ? Map.of("inferenceConfig", Map.of("topK", topK))
                : Map.of("top_k", topK);
    }

    private static @Nullable InferenceConfiguration inference(ChatOptions options) {
        boolean none = options.maxTokens() == null
                && options.temperature() == null
                && options.topP() == null
                && options.stopSequences().isEmpty();
        return none
                ? null
                : InferenceConfiguration.builder()
                        .maxTokens(options.maxTokens())
                        .temperature(toFloat(options.temperature()))
                        .topP(toFloat(options.topP()))
                        .stopSequences(options.stopSequences().isEmpty() ? null : options.stopSequences())
                        .build();
    }

    private static @Nullable Float toFloat(@Nullable Double value) {
        return value == null ? null : value.floatValue();
    }

    private static @Nullable OutputConfig output(@Nullable Schema schema) {
        if (schema == null) {
            return null;
        }
        JsonSchemaDefinition definition = JsonSchemaDefinition.builder()
                .name("response")
                .schema(schema.toJson())
                .build();
        return OutputConfig.builder()
                .textFormat(OutputFormat.builder()
                        .type(OutputFormatType.JSON_SCHEMA)
                        .structure(OutputFormatStructure.builder()
                                .jsonSchema(definition)
                                .build())
                        .build())
                .build();
    }

    /** Refuses a request before any I/O, in the name of the provider it was meant for. */
    record Refusal(ProviderFailure failure) {

        InvalidRequestException because(String reason) {
            return new InvalidRequestException(reason, failure, null);
        }
    }
}
