package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.HostileAnswerContract;
import io.cortexreactive.provider.HostileDialect;

/** Broken and odd answers, met by Bedrock over the AWS SDK. */
class BedrockSdkHostileAnswerIT extends HostileAnswerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileBedrock(BedrockTransport.SDK);
    }
}
