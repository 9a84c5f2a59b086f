package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;

/** The contract of providers, kept over Anthropic's Messages. */
class AnthropicProviderIT extends ProviderContract {

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return provider(endpoint, timeouts, maxConnections);
    }

    static Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return AnthropicProvider.builder()
                .baseUrl(endpoint)
                .apiKey(Secret.of("key-of-the-test"))
                .model("claude-simulated-1")
                .header(GATEWAY_HEADER, GATEWAY_TOKEN)
                .timeouts(timeouts)
                .maxConnections(maxConnections)
                .build();
    }
}
