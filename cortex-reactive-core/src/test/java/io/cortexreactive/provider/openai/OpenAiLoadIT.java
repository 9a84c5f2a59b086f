package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderLoadContract;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;

/** Chat completions under load. */
class OpenAiLoadIT extends ProviderLoadContract {

    @Override
    protected Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return OpenAiProviderIT.provider(endpoint, timeouts, maxConnections);
    }
}
