package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderLoadContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;

/** Messages under load. */
class AnthropicLoadIT extends ProviderLoadContract {

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return AnthropicProviderIT.provider(endpoint, timeouts, maxConnections);
    }
}
