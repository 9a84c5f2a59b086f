package io.cortexreactive.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment says, made into providers that call where it says. */
class ConfiguredBackendsIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private @Nullable SimulatedModelServer started;

    @BeforeEach
    void start() {
        started = SimulatedModelServer.builder().keyless().start().block(SOON);
    }

    @AfterEach
    void stop() {
        server().close().block(SOON);
    }

    private SimulatedModelServer server() {
        return Objects.requireNonNull(started);
    }

    private static List<Backend> make(String id, String baseUrl, String apiKey, String model) {
        return ConfiguredBackends.make(Map.of(id, new ProviderSettings(baseUrl, apiKey, model)), true);
    }

    private void ask(Backend backend) {
        server().enqueue(ScriptedReply.text("Hi"));
        ChatResponse response =
                Objects.requireNonNull(ChatResponse.collect(backend.provider().stream(ChatRequest.of("Hello?")))
                        .contextWrite(Tenancy.correlation("question-1"))
                        .block(SOON));
        assertThat(response.text()).isEqualTo("Hi");
        backend.provider().close().block(SOON);
    }

    @Test
    void openAiIsCalledWithKeyAndModelAndNothingElse() {
        Backend openAi = make("openai", server().endpoint() + "/v1", "operator-key", "some-model")
                .get(0);

        ask(openAi);

        assertThat(server().calls().get(0).call().credential()).isEqualTo("operator-key");
        assertThat(server().calls().get(0).call().model()).isEqualTo("some-model");
        assertThat(server().calls().get(0).body()).doesNotContain("question-1");
        assertThat(openAi.name()).isEqualTo("OpenAI at 127.0.0.1");
    }

    @Test
    void anthropicIsCalledWithKeyAndModelAndNothingElse() {
        Backend anthropic = make("anthropic", server().endpoint().toString(), "operator-key", "some-model")
                .get(0);

        ask(anthropic);

        assertThat(server().calls().get(0).path()).isEqualTo("/v1/messages");
        assertThat(server().calls().get(0).call().credential()).isEqualTo("operator-key");
        assertThat(server().calls().get(0).body()).doesNotContain("question-1");
        assertThat(anthropic.name()).isEqualTo("Anthropic at 127.0.0.1");
    }

    @Test
    void aServerOfOnesOwnNeedsNoKey() {
        ask(make("openai", server().endpoint() + "/v1", "", "llama").get(0));

        assertThat(server().calls().get(0).call().credential()).isEmpty();
    }

    @Test
    void whatIsNotSetIsNotThere() {
        assertThat(make("openai", "", " ", "a-model-alone")).isEmpty();
        assertThat(make("bedrock", "", "", "")).isEmpty();
        assertThat(make("anthropic", "", "", "a-model")).isEmpty();
        assertThat(ConfiguredBackends.make(Map.of(), false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:11434", "ftp://localhost/v1", "http://", "not an address"})
    void anAddressThatIsNoneNamesTheVariable(String address) {
        assertThatThrownBy(() -> make("openai", address, "", ""))
                .isInstanceOf(ModelSetupException.class)
                .hasMessageContainingAll("OPENAI_BASE_URL", "11434", "and is: " + address);
    }

    @Test
    void anAddressThatIsNoneShowsNoKey() {
        assertThatThrownBy(() -> make("anthropic", "ftp://me:word@host?key=canary", "operator-key", ""))
                .hasMessageContainingAll("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "ftp://***@host")
                .hasMessageNotContainingAny("word", "canary", "11434");
    }

    @Test
    void anAddressOfAnthropicWithoutAKeyIsAMistake() {
        assertThatThrownBy(() -> make("anthropic", "http://localhost", "", "a-model"))
                .isInstanceOf(ModelSetupException.class)
                .hasMessageContaining("ANTHROPIC_API_KEY");
    }

    @Test
    void settingsNeverShowTheKey() {
        assertThat(new ProviderSettings("http://localhost", "a-secret-key", "m").toString())
                .doesNotContain("a-secret-key");
    }
}
