package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.provider.bedrock.BedrockProvider;

/** Streams an answer from Amazon Bedrock, with the credentials of the AWS default chain. Costs what Bedrock charges. */
public final class OnBedrock {

    private OnBedrock() {}

    /** Runs it. */
    public static void main(String... args) {
        Cortex cortex = Cortex.builder()
                .provider(BedrockProvider.builder()
                        .region("us-east-1")
                        .model("anthropic.claude-sonnet-4-5-20250929-v1:0")
                        .build())
                .build();

        cortex.chat().text("Why is the sky blue?").doOnNext(System.out::print).blockLast();

        cortex.close().block();
    }
}
