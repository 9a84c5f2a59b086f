package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.HostileDialect;
import io.cortexreactive.provider.HostileServerContract;

/** Wrong addresses, TLS and HTTP, met by the provider of chat completions. */
class OpenAiHostileServerIT extends HostileServerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileOpenAi();
    }
}
