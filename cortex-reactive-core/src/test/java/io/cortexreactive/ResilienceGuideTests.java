package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.resilience.BulkheadPolicy;
import io.cortexreactive.resilience.CircuitBreakerPolicy;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** The snippets of docs/plugins/resilience.md. */
class ResilienceGuideTests {

    @Test
    void anotherProviderAnswers() {
        Provider bedrock = ScriptedProvider.of(ScriptedReply.fail(Fault.status(402, "Quota", "spent")));
        Provider other = ScriptedProvider.builder().id("other").build().enqueue(ScriptedReply.text("Here."));

        Cortex cortex = Cortex.builder()
                .provider(bedrock)
                .provider(other)
                .resilience(ChatResilience.of(ResiliencePolicy.DEFAULTS).withFallbacks(Fallback.to("other")))
                .build();

        StepVerifier.create(cortex.chat().text("Anybody?")).expectNext("Here.").verifyComplete();
    }

    @Test
    void partsAreChosen() {
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .retry(RetryPolicy.attempts(3))
                .circuitBreaker(CircuitBreakerPolicy.DEFAULTS)
                .rateLimit(RateLimitPolicy.requestsPerMinute(600).withTokensPerMinute(200_000))
                .bulkhead(BulkheadPolicy.maxConcurrent(100))
                .deadline(Duration.ofMinutes(2))
                .build();

        assertThat(policy.hedgeAfter()).isNull();
    }
}
