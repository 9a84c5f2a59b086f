package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;

/** The contract of providers, kept over chat completions. */
class OpenAiProviderIT extends ProviderContract {

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return provider(endpoint, timeouts, maxConnections);
    }

    @Override
    protected URI address(URI endpoint) {
        return endpoint.resolve("/v1");
    }

    static Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return OpenAiProvider.builder()
                .baseUrl(endpoint.resolve("/v1"))
                .apiKey(Secret.of("key-of-the-test"))
                .model("simulated-chat")
                .header(GATEWAY_HEADER, GATEWAY_TOKEN)
                .timeouts(timeouts)
                .maxConnections(maxConnections)
                .build();
    }
}
