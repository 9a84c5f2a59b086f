package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.resilience.BulkheadPolicy;
import io.cortexreactive.resilience.CircuitBreakerPolicy;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.resilience.TimeoutPolicy;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                .resilience(ChatResilience.DEFAULTS.withFallbacks(Fallback.to("other")))
                .build();

        StepVerifier.create(cortex.chat().text("Anybody?")).expectNext("Here.").verifyComplete();
    }

    @Test
    void partsAreChosen() {
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .retry(RetryPolicy.attempts(3))
                .timeout(TimeoutPolicy.NONE.withFirstToken(Duration.ofSeconds(20)))
                .circuitBreaker(CircuitBreakerPolicy.DEFAULTS)
                .rateLimit(RateLimitPolicy.requestsPerMinute(600).withTokensPerMinute(200_000))
                .bulkhead(BulkheadPolicy.maxConcurrent(100))
                .deadline(Duration.ofMinutes(2))
                .build();

        assertThat(policy.hedgeAfter()).isNull();
    }

    @Test
    void policyIsForOneProviderOrOneCall() {
        Provider bedrock = ScriptedProvider.of("A.", "B.");
        Provider other = ScriptedProvider.builder().id("other").build();
        ResiliencePolicy policy = ResiliencePolicy.DEFAULTS;

        Cortex cortex = Cortex.builder()
                .provider(bedrock)
                .provider(other)
                .resilience("other", ChatResilience.of(policy))
                .build();

        ChatClient patient = cortex.chat()
                .withResilience(ChatResilience.of(policy.toBuilder()
                        .timeout(TimeoutPolicy.NONE.withTotal(Duration.ofMinutes(30)))
                        .build()));

        StepVerifier.create(patient.text("Now?")).expectNext("A.").verifyComplete();
    }

    @Test
    void fileOfTheGuideIsRead(@TempDir Path folder) throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "plugins", "resilience.md"));
        String yaml =
                guide.substring(guide.indexOf("```yaml\n") + 8, guide.indexOf("```", guide.indexOf("```yaml") + 8));
        CortexConfig config = CortexConfig.load(Files.writeString(folder.resolve("cortex.yaml"), yaml));

        assertThat(config.resilience().policy().toBuilder()
                        .timeout(TimeoutPolicy.NONE)
                        .circuitBreaker(null)
                        .rateLimit(null)
                        .bulkhead(null)
                        .hedgeAfter(null)
                        .deadline(null)
                        .build())
                .isEqualTo(ResiliencePolicy.DEFAULTS);
        assertThat(config.providers()).containsOnlyKeys("openai");
    }
}
