package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.InvalidSecretException;
import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockSettingsTests {

    private static final BedrockSettings BASE = new BedrockSettings(
            "bedrock",
            "us-east-1",
            null,
            "amazon.nova-pro-v1:0",
            EmbeddingModel.configured("amazon.titan-embed-text-v2:0", Map.of("dimensions", 256)),
            BedrockCredentials.apiKey(Secret.of("key-of-the-operator")),
            BedrockTransport.DIRECT,
            ProviderTimeouts.DEFAULTS,
            ModelCatalog.of(List.of()));

    private static BedrockSettings view(Map<String, Object> settings) {
        return ViewSettings.of(BASE, ProviderConfig.of(settings));
    }

    private static void refused(ThrowingCallable what, String... reason) {
        assertThatThrownBy(what)
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContainingAll(reason);
    }

    @Test
    void viewHasOfItsBaseWhatItDoesNotOverride() {
        BedrockSettings view = view(Map.of("model", "amazon.nova-lite-v1:0"));

        assertThat(view.model()).isEqualTo("amazon.nova-lite-v1:0");
        assertThat(view.region()).isEqualTo("us-east-1");
        assertThat(view.credentials()).isSameAs(BASE.credentials());
        assertThat(view.catalog()).isSameAs(BASE.catalog());
    }

    @Test
    void embeddingModelOfATenantHasNoneOfTheOptionsOfAnother() {
        EmbeddingModel cohere = Objects.requireNonNull(
                view(Map.of("embedding_model", "cohere.embed-v4:0")).embedding());

        assertThat(cohere.id()).isEqualTo("cohere.embed-v4:0");
        assertThat(cohere.options()).isEmpty();
        assertThat(view(Map.of("region", "eu-west-1")).embedding()).isSameAs(BASE.embedding());
        assertThat(view(Map.of("embedding_model", "amazon.titan-embed-text-v2:0"))
                        .embedding())
                .isSameAs(BASE.embedding());
    }

    @Test
    void modelThatDoesNotEmbedIsRefused() {
        refused(() -> BedrockProvider.builder().embeddingModel("amazon.nova-pro-v1:0"), "amazon.nova-pro-v1:0");
        refused(() -> BedrockProvider.builder().embeddingModel(" "), "embedding_model");
        refused(() -> view(Map.of("embedding_model", "gpt-5")), "gpt-5", "Titan", "Cohere");
        refused(() -> view(Map.of("embedding_model", 7)), "embedding_model", "text");
    }

    @Test
    void endpointOfItsOwnNeedsCredentialsOfItsOwn() {
        refused(() -> view(Map.of("endpoint", "http://localhost:1")), "endpoint", "api_key", "access_key_id");
        assertThat(view(Map.of("endpoint", "http://localhost:1", "api_key", "k"))
                        .credentials())
                .isNotSameAs(BASE.credentials());
    }

    @Test
    void unknownOptionIsRefusedNamingTheKnown() {
        refused(() -> view(Map.of("secret_key", "x")), "secret_key", "secret_access_key");
    }

    @Test
    void halfAKeyIsRefused() {
        refused(() -> view(Map.of("access_key_id", "AKID")), "secret_access_key");
        refused(() -> view(Map.of("secret_access_key", "x")), "access_key_id");
        refused(() -> view(Map.of("session_token", "x")), "access_key_id");
    }

    @Test
    void twoKindsOfCredentialsAreRefused() {
        refused(
                () -> view(Map.of("api_key", "k", "access_key_id", "AKID", "secret_access_key", "x")),
                "api_key",
                "access_key_id");
    }

    @Test
    void optionOfTheWrongTypeIsRefused() {
        refused(() -> view(Map.of("access_key_id", 7, "secret_access_key", "x")), "access_key_id", "text");
        refused(() -> view(Map.of("access_key_id", " ", "secret_access_key", "x")), "access_key_id", "blank");
    }

    @Test
    void blankSettingsAreRefused() {
        BedrockProvider.Builder builder = BedrockProvider.builder();

        refused(() -> builder.id(" "), "id");
        refused(() -> builder.region(""), "region");
        refused(() -> builder.model(" "), "model");
        refused(() -> builder.credentials("", Secret.of("x")), "access_key_id");
        refused(() -> builder.header(" ", "x"), "header");
        assertThatThrownBy(() -> builder.apiKey(Secret.of(" "))).isInstanceOf(InvalidSecretException.class);
    }

    @Test
    void endpointWithoutSchemeOrHostIsRefused() {
        refused(() -> BedrockProvider.builder().endpoint(URI.create("localhost:8080")), "localhost:8080");
        refused(() -> BedrockProvider.builder().endpoint(URI.create("ftp://localhost")), "http");
        refused(() -> view(Map.of("endpoint", "ftp://localhost")), "http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such region!", "US-EAST-1", "-us", "us-east-1.example.com/"})
    void regionThatCannotBePartOfAHostIsRefused(String region) {
        refused(() -> BedrockProvider.builder().region(region), region, "us-east-1");
        refused(() -> view(Map.of("region", region)), region, "us-east-1");
    }

    @Test
    void headerThatCannotBeSentIsRefused() {
        refused(() -> BedrockProvider.builder().header("x y", "value"), "x y");
        refused(() -> BedrockProvider.builder().header("x", "two\r\nlines"), "line breaks");
    }

    @Test
    void numberOfConnectionsHasBounds() {
        refused(() -> BedrockProvider.builder().maxConnections(0), "maxConnections");
        refused(() -> BedrockProvider.builder().maxConnections(Integer.MAX_VALUE), "maxConnections", "65535");
    }

    @Test
    void capabilitiesAreThoseOfTheModel() {
        BedrockProvider provider = new DefaultBedrockProvider(
                BASE,
                new BedrockClients(
                        null, 1, ProviderTimeouts.DEFAULTS, Map.of(), HttpVersion.HTTP_1_1, UnaryOperator.identity()));

        assertThat(provider.capabilities(null).has(Capability.IMAGES)).isTrue();
        assertThat(provider.capabilities("amazon.nova-micro-v1:0").has(Capability.IMAGES))
                .isFalse();
        assertThat(provider.capabilities("us.anthropic.claude-haiku-4-5-20251001-v1:0")
                        .has(Capability.TOKEN_COUNTING))
                .isTrue();
    }

    @Test
    void credentialsAreNotPrinted() {
        BedrockSettings view = view(Map.of("access_key_id", "AKIDTENANT", "secret_access_key", "secret-of-the-tenant"));

        assertThat(view.toString()).doesNotContain("AKIDTENANT").doesNotContain("secret-of-the-tenant");
    }
}
