package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.HostileDialect;
import io.cortexreactive.provider.HostileServerContract;

/** Wrong addresses, TLS and HTTP, met by the provider of Anthropic's Messages. */
class AnthropicHostileServerIT extends HostileServerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileAnthropic();
    }
}
