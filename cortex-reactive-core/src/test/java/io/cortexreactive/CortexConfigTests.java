package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.provider.openai.OpenAiDialect;
import io.cortexreactive.resilience.BulkheadPolicy;
import io.cortexreactive.resilience.CircuitBreakerPolicy;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.resilience.TimeoutPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class CortexConfigTests {

    @TempDir
    private Path folder;

    private CortexConfig read(String yaml, Map<String, String> environment) {
        return ConfigReader.read(YamlFile.read(file(yaml), environment::get));
    }

    private CortexConfig read(String yaml) {
        return read(yaml, Map.of());
    }

    private Path file(String yaml) {
        try {
            return Files.writeString(folder.resolve("cortex.yaml"), yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void emptyFileGivesTheDefaults() {
        assertThat(CortexConfig.load(file(""))).isEqualTo(CortexConfig.defaults());
    }

    @Test
    void everyKeyIsRead() {
        CortexConfig config = read("""
                cortex:
                  default_provider: bedrock
                  events:
                    enabled: false
                    disabled: [ChatStreamChunk, io.cortexreactive.provider.ProviderEvent.ProviderError]
                    logging:
                      enabled: false
                      channel: audit
                      level: warn
                      events: [ChatError]
                  tenancy:
                    enabled: true
                    required: true
                    resolver: com.example.Resolver
                  resilience:
                    retry:
                      max_attempts: 3
                      first_delay: 1s
                      max_delay: 2s
                      retry_after_cap: 1m
                      budget: {ratio: 0.2, per_second: 5}
                    timeout: {first_token: 1s, idle: 2s, total: 3s}
                    circuit_breaker: {failure_rate: 0.25, calls: 10, open_for: 5s, trials: 2}
                    rate_limit: {requests_per_minute: 600, tokens_per_minute: 200_000, max_wait: 7s}
                    bulkhead: {max_concurrent: 8, max_waiting: 9, max_wait: 10s}
                    hedge_after: 4s
                    deadline: 1m
                    fallbacks: [{provider: bedrock, model: small}, {model: tiny}]
                    restartable: true
                  providers:
                    bedrock:
                      region: eu-west-1
                      endpoint: http://localhost:9000
                      model: m
                      api_key: ${KEY}
                      extra: 1
                      timeouts:
                        connect: 1s
                        first_token: 2m
                        idle: PT3S
                        total: 1h
                      resilience:
                        enabled: false
                """, Map.of("KEY", "secret-key"));

        assertThat(config)
                .isEqualTo(CortexConfig.builder()
                        .events(new EventSettings(
                                false,
                                Set.of("ChatStreamChunk", "ProviderError"),
                                new EventSettings.Logging(false, "audit", Level.WARN, Set.of("ChatError"))))
                        .tenancy(new TenancySettings(true, true, "com.example.Resolver"))
                        .resilience(everything())
                        .defaultProvider("bedrock")
                        .provider("bedrock", bedrock())
                        .build());
    }

    private static ChatResilience everything() {
        return ChatResilience.of(ResiliencePolicy.builder()
                        .retry(new RetryPolicy(
                                3,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(1),
                                new RetryPolicy.Budget(0.2, 5)))
                        .timeout(new TimeoutPolicy(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3)))
                        .circuitBreaker(new CircuitBreakerPolicy(0.25, 10, Duration.ofSeconds(5), 2))
                        .rateLimit(new RateLimitPolicy(600, 200_000, Duration.ofSeconds(7)))
                        .bulkhead(new BulkheadPolicy(8, 9, Duration.ofSeconds(10)))
                        .hedgeAfter(Duration.ofSeconds(4))
                        .deadline(Duration.ofMinutes(1))
                        .build())
                .withFallbacks(Fallback.to("bedrock", "small"), Fallback.toModel("tiny"))
                .allowingRestarts();
    }

    private static ProviderSettings bedrock() {
        return new ProviderSettings(
                "bedrock",
                new ProviderConfig(
                        Secret.of("secret-key"),
                        "eu-west-1",
                        URI.create("http://localhost:9000"),
                        "m",
                        Map.of("extra", "1")),
                new ProviderTimeouts(
                        Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofSeconds(3), Duration.ofHours(1)),
                ChatResilience.NONE);
    }

    private static ChatResilience resilience(CortexConfig config, String provider) {
        return Objects.requireNonNull(
                Objects.requireNonNull(config.providers().get(provider)).resilience());
    }

    @Test
    void providersResilienceIsAsForAllWhereItSaysNothing() {
        CortexConfig config = read("""
                resilience:
                  retry: {max_attempts: 3}
                  circuit_breaker: {}
                  deadline: 1m
                  fallbacks: [{model: small}]
                providers:
                  plain: {type: openai}
                  own:
                    type: openai
                    resilience:
                      retry: {first_delay: 1ms, budget: {enabled: false}}
                      circuit_breaker: {enabled: false}
                      deadline: off
                      timeout: {idle: 5s}
                """);

        assertThat(Objects.requireNonNull(config.providers().get("plain")).resilience())
                .isNull();
        assertThat(resilience(config, "own"))
                .isEqualTo(ChatResilience.of(ResiliencePolicy.builder()
                                .retry(RetryPolicy.attempts(3)
                                        .withDelays(Duration.ofMillis(1), RetryPolicy.DEFAULTS.maxDelay())
                                        .withBudget(RetryPolicy.Budget.OFF))
                                .timeout(TimeoutPolicy.NONE.withIdle(Duration.ofSeconds(5)))
                                .build())
                        .withFallbacks(Fallback.toModel("small")));
    }

    @Test
    void partThatStandsThereIsSwitchedOn() {
        ResiliencePolicy policy = read("""
                resilience:
                  retry: {enabled: false}
                  circuit_breaker: {}
                  rate_limit:
                  bulkhead: {max_concurrent: 5}
                """).resilience().policy();

        assertThat(policy)
                .isEqualTo(ResiliencePolicy.builder()
                        .circuitBreaker(CircuitBreakerPolicy.DEFAULTS)
                        .rateLimit(RateLimitPolicy.AS_TOLD)
                        .bulkhead(BulkheadPolicy.maxConcurrent(5))
                        .build());
    }

    @Test
    void resilienceIsSwitchedOff() {
        assertThat(read("resilience: {enabled: false}").resilience()).isEqualTo(ChatResilience.NONE);
    }

    @Test
    void everyPartIsSwitchedOffByItself() {
        CortexConfig config = read("""
                resilience:
                  retry: {max_attempts: 3}
                  timeout: {first_token: 1s, idle: 2s, total: 3s}
                  circuit_breaker: {}
                  rate_limit: {}
                  bulkhead: {max_concurrent: 5}
                providers:
                  own:
                    type: openai
                    resilience:
                      retry: {enabled: false}
                      timeout: {enabled: false}
                      circuit_breaker: {enabled: false}
                      rate_limit: {enabled: false}
                      bulkhead: {enabled: false}
                """);

        assertThat(resilience(config, "own")).isEqualTo(ChatResilience.NONE);
    }

    @Test
    void bulkheadThatNeverWasIsSwitchedOffWithoutASize() {
        assertThat(read("resilience: {bulkhead: {enabled: false}}")
                        .resilience()
                        .policy()
                        .bulkhead())
                .isNull();
    }

    @Test
    void callsNeedNotWaitForTheirTurn() {
        assertThat(read("resilience: {rate_limit: {max_wait: 0s}}")
                        .resilience()
                        .policy()
                        .rateLimit())
                .isEqualTo(RateLimitPolicy.AS_TOLD.withMaxWait(Duration.ZERO));
    }

    @Test
    void budgetIsSwitchedOnAgain() {
        CortexConfig config = read("""
                resilience: {retry: {budget: {enabled: false}}}
                providers: {own: {type: openai, resilience: {retry: {budget: {ratio: 0.5}}}}}
                """);

        assertThat(config.resilience().policy().retry())
                .isEqualTo(RetryPolicy.DEFAULTS.withBudget(RetryPolicy.Budget.OFF));
        assertThat(resilience(config, "own").policy().retry())
                .isEqualTo(RetryPolicy.DEFAULTS.withBudget(new RetryPolicy.Budget(0.5, 1)));
    }

    @Test
    void keysMayStandWithoutTheRoot() {
        assertThat(read("tenancy: {required: true}").tenancy().required()).isTrue();
    }

    @Test
    void placeholderFallsBackToItsDefault() {
        assertThat(read("default_provider: ${PROVIDER:bedrock}").defaultProvider())
                .isEqualTo("bedrock");
    }

    @Test
    void setupOfEachTypeIsRead() {
        CortexConfig config = read("""
                providers:
                  openai: {dialect: vllm, max_connections: 7, headers: {api-key: secret-header, blank: }}
                  bedrock: {transport: sdk}
                  anthropic: {max_tokens: 1_000}
                """);

        assertThat(setup(config, "openai"))
                .isEqualTo(new ProviderSetup(OpenAiDialect.VLLM, null, 7, null, Map.of("api-key", "secret-header")));
        assertThat(setup(config, "bedrock"))
                .isEqualTo(new ProviderSetup(null, BedrockTransport.SDK, null, null, Map.of()));
        assertThat(setup(config, "anthropic")).isEqualTo(new ProviderSetup(null, null, null, 1_000, Map.of()));
        assertThat(config.toString()).contains("api-key").doesNotContain("secret-header");
    }

    private static ProviderSetup setup(CortexConfig config, String id) {
        return Objects.requireNonNull(config.providers().get(id)).setup();
    }

    @Test
    void offStandsForAnyPartOfResilience() {
        assertThat(read("resilience: off").resilience()).isEqualTo(ChatResilience.NONE);
        assertThat(read("resilience: {timeout: off, circuit_breaker: off, rate_limit: off, bulkhead: off, retry: off}"))
                .isEqualTo(read("resilience: {retry: {enabled: false}}"));
        assertThat(read("resilience: {retry: {budget: off}}"))
                .isEqualTo(read("resilience: {retry: {budget: {enabled: false}}}"));
        assertThat(read("providers: {openai: {resilience: off}}"))
                .isEqualTo(read("providers: {openai: {resilience: {enabled: false}}}"));
    }

    @Test
    void blankPlaceholderLeavesTheSettingOut() {
        CortexConfig config = read("providers: {bedrock: {api_key: '${KEY:}'}}");

        assertThat(config.providers())
                .containsValue(new ProviderSettings("bedrock", ProviderConfig.NONE, ProviderTimeouts.DEFAULTS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            events: {enabled: perhaps}                       | events.enabled         | true or false
            events: {disabled: [ChatStreamChunks]}           | events.disabled        | ChatStreamChunk
            events: {logging: {level: loud}}                 | events.logging.level   | WARN
            events: {loging: {}}                             | events.loging          | logging
            tenancy: {required: {}}                          | tenancy.required       | single value
            tenancy: nope                                    | tenancy                | section
            providers: {bedrock: {timeouts: {idle: soon}}}   | providers.bedrock.timeouts.idle | 10s
            providers: {bedrock: {timeouts: {idle: 0s}}}     | providers.bedrock.timeouts.idle | positive
            providers: {bedrock: {timeouts: {idle: PT-1S}}}  | providers.bedrock.timeouts.idle | positive
            providers: {b: {timeouts: {idle: 999999999999999999d}}} | providers.b.timeouts.idle | 10s
            providers: {bedrock: {endpoint: nowhere}}        | providers.bedrock.endpoint | endpoint
            providers: {bedrock: {endpoint: not a uri}}      | providers.bedrock.endpoint | no URI
            cortex: {evnts: {}}                              | cortex.evnts                  | tenancy
            events: &a {logging: *a}                         | events                 | contains itself
            default_provider: ${NOT_SET}                     | default_provider       | NOT_SET
            colour: blue                                     | colour                 | tenancy
            resilience: {retries: 3}                         | resilience.retries     | circuit_breaker
            resilience: {enabled: perhaps}                   | resilience.enabled     | true or false
            resilience: {retry: 3}                           | resilience.retry       | section
            providers: {openai: {dialect: klingon}}          | providers.openai.dialect | openrouter
            providers: {bedrock: {transport: pigeon}}        | providers.bedrock.transport | SDK
            providers: {openai: {max_connections: many}}     | providers.openai.max_connections | whole number
            providers: {anthropic: {max_tokens: some}}       | providers.anthropic.max_tokens | whole number
            providers: {openai: {headers: x}}                | providers.openai.headers | section
            providers: {openai: {headers: {'x y': z}}}       | providers.openai.headers.x y | named
            resilience: {retry: {attempts: 3}}               | resilience.retry.attempts | max_attempts
            resilience: {retry: {max_attempts: 0}}           | resilience.retry.max_attempts | 1 to 20
            resilience: {retry: {max_attempts: three}}       | resilience.retry.max_attempts | whole number
            resilience: {retry: {max_attempts: 9999999999}}  | resilience.retry.max_attempts | too large
            resilience: {retry: {first_delay: 0s}}           | resilience.retry.first_delay | positive
            resilience: {retry: {retry_after_cap: 400d}}     | resilience.retry.retry_after_cap | year
            resilience: {retry: {budget: {ratio: -1}}}       | resilience.retry.budget.ratio | negative
            resilience: {retry: {budget: {ratio: much}}}     | resilience.retry.budget.ratio | number
            resilience: {retry: {budget: {ratio: 1e999}}}    | resilience.retry.budget.ratio | too large
            resilience: {timeout: {first_token: off}}        | resilience.timeout.first_token | 1d
            resilience: {rate_limit: {max_wait: PT-1S}}      | resilience.rate_limit.max_wait | negative
            resilience: {timeout: {first: 1s}}               | resilience.timeout.first | first_token
            resilience: {timeout: {total: soon}}             | resilience.timeout.total | 10s
            resilience: {circuit_breaker: {failure_rate: 2}} | resilience.circuit_breaker.failure_rate | at most 1
            resilience: {circuit_breaker: {enabled: 7}}      | resilience.circuit_breaker.enabled | true or false
            resilience: {rate_limit: {requests_per_minute: 0}} | resilience.rate_limit.requests_per_minute | positive
            resilience: {rate_limit: {requests: 5}}          | resilience.rate_limit.requests | requests_per_minute
            resilience: {bulkhead: {}}                       | resilience.bulkhead.max_concurrent | missing
            resilience: {bulkhead: {max_concurrent: 0}}      | resilience.bulkhead.max_concurrent | positive
            resilience: {hedge_after: never}                 | resilience.hedge_after | 10s
            resilience: {deadline: 0s}                       | resilience.deadline    | positive
            resilience: {deadline: 400d}                     | resilience.deadline    | year
            resilience: {fallbacks: openai}                  | resilience.fallbacks   | list
            resilience: {fallbacks: [openai]}                | resilience.fallbacks   | section
            resilience: {fallbacks: [{}]}                    | resilience.fallbacks   | provider or a model
            resilience: {fallbacks: [{name: x}]}             | resilience.fallbacks.name | provider
            resilience: {restartable: maybe}                 | resilience.restartable | true or false
            providers: {b: {resilience: {deadline: soon}}}   | providers.b.resilience.deadline | 10s
            """)
    void wrongValueIsToldWithFileLineAndKey(String yaml, String key, String hint) {
        assertThatThrownBy(() -> read("# a comment on the first line\n" + yaml))
                .hasMessageContaining(hint)
                .asInstanceOf(type(ConfigurationException.class))
                .satisfies(wrong -> {
                    assertThat(wrong.key()).isEqualTo(key);
                    assertThat(wrong.line()).isEqualTo(2);
                    assertThat(wrong.file()).endsWith("cortex.yaml");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenancy: {required: true}", "foo: 1"})
    void keyBesideTheRootIsRefused(String beside) {
        assertThatThrownBy(() -> read("cortex:\n  events: {}\n" + beside))
                .hasMessageContaining("cortex.yaml:3")
                .asInstanceOf(type(ConfigurationException.class))
                .satisfies(wrong -> assertThat(beside).startsWith(wrong.key()));
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> read("# first line\na: " + "[".repeat(20_000)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("cortex.yaml:2", "levels deep");
    }

    /** What only shows when the providers are made. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            providers: {bedrock: {region: r1, regoin: r2}}              | providers.bedrock.regoin        | regoin
            providers: {bedrock: {region: no such region!}}             | providers.bedrock.region        | us-east-1
            providers: {bedrock: {region: r1, endpoint: 'ftp://x'}}     | providers.bedrock.endpoint      | http
            providers: {bedrock: {region: r1, access_key_id: AKIA}}     | providers.bedrock.access_key_id | secret_access_key
            providers: {bedrock: {region: r1, secret_access_key: x}}    | providers.bedrock.secret_access_key | access_key_id
            providers: {openai: {max_connections: 0}}                   | providers.openai.max_connections | 65535
            providers: {bedrock: {region: r1, max_connections: 70000}}  | providers.bedrock.max_connections | 65535
            providers: {anthropic: {max_connections: 0}}                | providers.anthropic.max_connections | 65535
            providers: {anthropic: {max_tokens: 0}}                     | providers.anthropic.max_tokens  | at least 1
            providers: {anthropic: {transport: sdk}}                    | providers.anthropic.transport   | transport
            providers: {bedrock: {region: r1, dialect: vllm}}           | providers.bedrock.dialect       | dialect
            providers: {openai: {regoin: r2}}                           | providers.openai.regoin         | regoin
            providers: {local: {type: openai, endpoint: 'ftp://x'}}     | providers.local.endpoint        | http
            providers: {anthropic: {region: r2}}                        | providers.anthropic.region      | endpoint and model
            providers: {bedrok: {region: r1}}                           | providers.bedrok                | bedrock
            providers: {mine: {type: bedrok}}                           | providers.mine.type             | bedrock
            default_provider: nope                                      | default_provider                | nope
            resilience: {fallbacks: [{provider: nope}]}                 | resilience.fallbacks            | nope
            providers: {local: {type: openai, resilience: {fallbacks: [{provider: nope}]}}} | providers.local.resilience.fallbacks | nope
            tenancy: {enabled: true}                                    | tenancy.enabled                 | tenantResolver(
            tenancy: {enabled: true, resolver: no.such.Klass}           | tenancy.resolver                | no.such.Klass
            """)
    void mistakeThatShowsWhenBuildingIsToldWithFileLineAndKey(String yaml, String key, String hint) {
        Cortex.Builder builder = Cortex.builder().config(read("cortex:\n  " + yaml));

        assertThatThrownBy(builder::build)
                .hasMessageContainingAll("cortex.yaml:2", hint)
                .asInstanceOf(type(ConfigurationException.class))
                .satisfies(wrong -> assertThat("cortex." + key).isEqualTo(wrong.key()));
    }

    @Test
    void serverOfOnesOwnIsMade() {
        Cortex cortex = Cortex.builder()
                .config(read("providers: {local: {type: openai, endpoint: 'http://localhost:11434/v1', model: small}}"))
                .build();

        assertThat(cortex.provider("local").id()).isEqualTo("local");
    }

    @Test
    void anthropicIsMade() {
        Cortex cortex = Cortex.builder()
                .config(read("providers: {claude: {type: anthropic, api_key: k, model: claude-opus-5-5}}"))
                .build();

        assertThat(cortex.provider("claude").id()).isEqualTo("claude");
    }

    @Test
    void malformedYamlIsToldWithItsLine() {
        assertThatThrownBy(() -> read("events:\n  enabled: [\n"))
                .hasMessageContaining("cortex.yaml:3")
                .hasMessageContaining("no valid YAML");
    }

    @Test
    void keyThatStandsTwiceIsRefused() {
        assertThatThrownBy(() -> read("tenancy: {}\ntenancy: {}\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tenancy");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> CortexConfig.load(folder.resolve("nowhere.yaml")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("nowhere.yaml")
                .hasMessageContaining("does not exist");
    }

    @Test
    void aliasBombIsRefused() {
        StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
        for (char c = 'b'; c < 'z'; c++) {
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [*")
                    .append((char) (c - 1))
                    .append(", *")
                    .append((char) (c - 1))
                    .append("]\n");
        }

        assertThatThrownBy(() -> read(bomb.toString())).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void oversizeFileIsRefused() {
        assertThatThrownBy(() -> read("#" + "x".repeat(1 << 20)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("1048576");
    }

    @Test
    void keyIsNeverPrinted() {
        assertThat(read("providers: {bedrock: {api_key: canary-key}}").toString())
                .doesNotContain("canary-key");
    }
}
