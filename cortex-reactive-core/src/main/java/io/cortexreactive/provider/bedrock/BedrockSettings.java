package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.bedrock.BedrockCredentials.Caller;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What may differ between a provider and its views, and what they share of it besides connections. */
record BedrockSettings(
        String id,
        String region,
        @Nullable URI endpoint,
        @Nullable String model,
        @Nullable EmbeddingModel embedding,
        BedrockCredentials credentials,
        BedrockTransport transport,
        ProviderTimeouts timeouts,
        ModelCatalog catalog) {

    /** What is called, to tell people. */
    String address() {
        return endpoint == null ? "the endpoint of " + region : endpoint.toString();
    }

    /** Who calls; an error of ours if there is nobody. */
    Mono<Caller> caller() {
        return credentials.caller().onErrorMap(this::noCredentials);
    }

    private Throwable noCredentials(Throwable error) {
        return new AuthenticationException(
                "No AWS credentials were found: " + error.getMessage() + " Set them with BedrockProvider.builder()"
                        + " .credentials(..) or .apiKey(..), or in one of the places the AWS SDK looks.",
                ProviderFailure.of(id, model),
                error);
    }
}
