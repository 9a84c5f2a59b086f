package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Whose credentials go out, also where the process has some of its own. */
class BedrockCredentialsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String TOKEN = "aws.bearerTokenBedrock";

    private final Map<String, String> changed = new HashMap<>();
    private final List<BedrockProvider> open = new ArrayList<>();
    private SimulatedModelServer server;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder()
                .script(ReplyScript.always(ScriptedReply.text("Hello")))
                .start());
        set("aws.disableEc2Metadata", "true");
        set("aws.sharedCredentialsFile", "target/no-such-file");
        set("aws.configFile", "target/no-such-file");
    }

    @AfterEach
    void stop() {
        open.forEach(provider -> provider.close().block(LONG));
        server.close().block(LONG);
        changed.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    private void set(String name, String value) {
        String before = System.setProperty(name, value);
        if (!changed.containsKey(name)) {
            changed.put(name, before);
        }
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private BedrockProvider.Builder builder() {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(server.endpoint())
                .model("anthropic.claude-sonnet-4-6");
    }

    private BedrockProvider started(BedrockProvider.Builder builder) {
        BedrockProvider provider = builder.build();
        open.add(provider);
        return provider;
    }

    /** Makes one call, and gives what the server saw of it. */
    private WireCall called(BedrockProvider provider) {
        int number = server.calls().size() + 1;
        value(provider.chat(ChatRequest.of("Hello?")));
        return value(server.call(number));
    }

    private String credential(BedrockProvider provider) {
        return called(provider).call().credential();
    }

    /** With and without a token in the process, which the SDK would otherwise prefer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRequestGoesOutAsWhoeverItIsFor(boolean tokenInTheProcess) {
        if (tokenInTheProcess) {
            set(TOKEN, "token-of-the-process");
        }
        BedrockProvider signing = started(builder().credentials("AKIDOPERATOR", Secret.of("secret-of-the-operator")));
        BedrockProvider keyed = started(builder().apiKey(Secret.of("key-of-the-operator")));
        ProviderConfig otherKey = ProviderConfig.ofKey(Secret.of("key-of-the-tenant"));
        ProviderConfig otherSigner = ProviderConfig.of(
                Map.of("access_key_id", "AKIDTENANT", "secret_access_key", Secret.of("secret-of-the-tenant")));

        assertThat(credential(signing)).isEqualTo("AKIDOPERATOR");
        assertThat(credential(keyed)).isEqualTo("key-of-the-operator");
        for (BedrockProvider base : List.of(signing, keyed)) {
            assertThat(credential(base.withConfig(otherKey))).isEqualTo("key-of-the-tenant");
            assertThat(credential(base.withConfig(otherSigner))).isEqualTo("AKIDTENANT");
        }
    }

    @Test
    void sessionTokenIsSent() {
        BedrockProvider provider =
                started(builder().credentials("AKIDTEMP", Secret.of("secret"), Secret.of("session-of-the-test")));
        ProviderConfig tenant = ProviderConfig.of(Map.of(
                "access_key_id",
                "AKIDTENANT",
                "secret_access_key",
                "secret",
                "session_token",
                "session-of-the-tenant"));

        assertThat(called(provider).headers()).containsEntry("x-amz-security-token", "session-of-the-test");
        assertThat(called(provider.withConfig(tenant)).headers())
                .containsEntry("x-amz-security-token", "session-of-the-tenant");
    }

    @Test
    void secretKeyIsNeverSent() {
        WireCall call = called(started(builder().credentials("AKIDOPERATOR", Secret.of("secret-of-the-operator"))));

        assertThat(call.headers().toString() + call.body() + call.path()).doesNotContain("secret-of-the-operator");
    }

    @Test
    void tokenOfTheProcessServesWhoSetsNothing() {
        set(TOKEN, "token-of-the-process");

        assertThat(credential(started(builder()))).isEqualTo("token-of-the-process");
    }

    @Test
    void defaultChainServesWhoSetsNothing() {
        set("aws.accessKeyId", "AKIDPROCESS");
        set("aws.secretAccessKey", "secret-of-the-process");
        BedrockProvider provider = started(builder());

        assertThat(credential(provider)).isEqualTo("AKIDPROCESS");
        assertThat(credential(provider.withConfig(ProviderConfig.ofKey(Secret.of("key-of-the-tenant")))))
                .isEqualTo("key-of-the-tenant");
        assertThat(credential(provider)).isEqualTo("AKIDPROCESS");
    }

    @Test
    void missingCredentialsFailTypedAndSayWhatToDo() {
        StepVerifier.create(started(builder()).chat(ChatRequest.of("Hello?")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AuthenticationException.class)
                        .hasMessageContaining("apiKey"))
                .verify(LONG);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void viewSignsForItsRegion() {
        BedrockProvider provider = started(builder().credentials("AKIDOPERATOR", Secret.of("secret")));
        ProviderConfig elsewhere = ProviderConfig.of(Map.of("region", "eu-west-1"));

        assertThat(called(provider.withConfig(elsewhere)).headers().get("authorization"))
                .contains("AKIDOPERATOR/")
                .contains("/eu-west-1/bedrock/");
        assertThat(called(provider).headers().get("authorization")).contains("/us-east-1/bedrock/");
    }

    @Test
    void viewAsksForItsModelAtItsEndpoint() {
        SimulatedModelServer other = value(SimulatedModelServer.builder()
                .script(ReplyScript.always(ScriptedReply.text("from the other")))
                .start());
        BedrockProvider provider = started(builder().apiKey(Secret.of("key-of-the-operator")));
        ProviderConfig elsewhere = ProviderConfig.of(
                        Map.of("endpoint", other.endpoint().toString(), "model", "amazon.nova-pro-v1:0"))
                .withApiKey(Secret.of("key-of-the-tenant"));

        assertThat(value(provider.withConfig(elsewhere).chat(ChatRequest.of("Hello?")))
                        .text())
                .isEqualTo("from the other");
        assertThat(value(other.call(1)).call().model()).isEqualTo("amazon.nova-pro-v1:0");
        assertThat(server.calls()).isEmpty();
        other.close().block(LONG);
    }
}
