package io.cortexreactive.provider.bedrock;

/** Bedrock under load, over the AWS SDK. */
class BedrockSdkLoadIT extends BedrockLoadIT {

    @Override
    protected BedrockTransport transport() {
        return BedrockTransport.SDK;
    }
}
