package io.cortexreactive;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.provider.openai.OpenAiProvider;
import io.cortexreactive.testing.Fault;
import java.net.URI;

/** The protocols that tests over the wire go through, each with what its service calls its errors. */
enum Wire {
    BEDROCK("ThrottlingException", 400, "ServiceQuotaExceededException") {
        @Override
        Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
            return bedrock(BedrockTransport.DIRECT, endpoint, timeouts, maxConnections);
        }
    },
    BEDROCK_SDK("ThrottlingException", 400, "ServiceQuotaExceededException") {
        @Override
        Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
            return bedrock(BedrockTransport.SDK, endpoint, timeouts, maxConnections);
        }
    },
    OPENAI("rate_limit_exceeded", 429, "insufficient_quota") {
        @Override
        Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
            return OpenAiProvider.builder()
                    .baseUrl(endpoint.resolve("/v1"))
                    .apiKey(Secret.of("key-of-the-test"))
                    .model("simulated-chat")
                    .timeouts(timeouts)
                    .maxConnections(maxConnections)
                    .build();
        }
    },
    ANTHROPIC("rate_limit_error", 402, "billing_error") {
        @Override
        Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
            return AnthropicProvider.builder()
                    .baseUrl(endpoint)
                    .apiKey(Secret.of("key-of-the-test"))
                    .model("claude-simulated-1")
                    .timeouts(timeouts)
                    .maxConnections(maxConnections)
                    .build();
        }
    };

    private final String throttled;
    private final int spentStatus;
    private final String spent;

    Wire(String throttled, int spentStatus, String spent) {
        this.throttled = throttled;
        this.spentStatus = spentStatus;
        this.spent = spent;
    }

    abstract Provider provider(URI endpoint, ProviderTimeouts timeouts, int maxConnections);

    Fault.Status throttled() {
        return Fault.status(429, throttled, "slow down");
    }

    /** The refusal of an account that has spent what it may. */
    Fault.Status quota() {
        return Fault.status(spentStatus, spent, "spent");
    }

    private static Provider bedrock(
            BedrockTransport transport, URI endpoint, ProviderTimeouts timeouts, int maxConnections) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(endpoint)
                .credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret"))
                .model("anthropic.claude-sonnet-4-6")
                .transport(transport)
                .timeouts(timeouts)
                .maxConnections(maxConnections)
                .build();
    }
}
