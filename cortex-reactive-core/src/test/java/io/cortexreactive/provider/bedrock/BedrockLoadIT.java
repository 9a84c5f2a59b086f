package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderLoadContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import java.util.Map;

/** Bedrock under load: every other tenant signs its requests, the others have an API key. */
class BedrockLoadIT extends ProviderLoadContract {

    protected BedrockTransport transport() {
        return BedrockTransport.DIRECT;
    }

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return BedrockProviderIT.provider(transport(), endpoint, timeouts, maxConnections);
    }

    @Override
    protected Map<String, Object> tenantSettings(int number, String key) {
        return number % 2 == 0
                ? super.tenantSettings(number, key)
                : Map.of("access_key_id", key, "secret_access_key", "secret-of-" + number);
    }
}
