package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;

/** The contract of providers, kept by Bedrock over the direct transport. */
class BedrockProviderIT extends ProviderContract {

    protected BedrockTransport transport() {
        return BedrockTransport.DIRECT;
    }

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return provider(transport(), endpoint, timeouts, maxConnections);
    }

    static Provider provider(BedrockTransport transport, URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(endpoint)
                .credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret"))
                .model("anthropic.claude-sonnet-4-6")
                .transport(transport)
                .header(GATEWAY_HEADER, GATEWAY_TOKEN)
                .timeouts(timeouts)
                .maxConnections(maxConnections)
                .build();
    }
}
