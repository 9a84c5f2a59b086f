package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.HostileDialect;
import io.cortexreactive.provider.HostileServerContract;

/** Wrong addresses, TLS and HTTP, met by Bedrock over the direct transport. */
class BedrockHostileServerIT extends HostileServerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileBedrock(BedrockTransport.DIRECT);
    }
}
