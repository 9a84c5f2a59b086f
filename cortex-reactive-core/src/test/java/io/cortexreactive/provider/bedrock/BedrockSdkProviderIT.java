package io.cortexreactive.provider.bedrock;

/** The contract of providers, kept by Bedrock over the AWS SDK. */
class BedrockSdkProviderIT extends BedrockProviderIT {

    @Override
    protected BedrockTransport transport() {
        return BedrockTransport.SDK;
    }
}
