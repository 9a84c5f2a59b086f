package io.cortexreactive.provider.bedrock;

/** What carries a stream from Bedrock. Either gives the same chunks. */
public enum BedrockTransport {

    /**
     * Reactor Netty carries the bytes and this library decodes them; the AWS SDK gives credentials, endpoint and
     * signature. The default.
     */
    DIRECT,

    /** The AWS SDK's own async client, which costs about ten times the CPU for each chunk and 2 MB for each stream. */
    SDK
}
