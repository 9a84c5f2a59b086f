package io.cortexreactive.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.HttpCall;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings, views, and the addresses and headers they make. */
class AnthropicSettingsTests {

    private static final Secret KEY = Secret.of("key-of-the-operator");

    private static AnthropicSettings settings(String baseUrl, @Nullable Secret key, Map<String, String> headers) {
        return new AnthropicSettings(
                "anthropic",
                URI.create(baseUrl),
                key,
                "claude-sonnet-5-5",
                new AnthropicSettings.Common(
                        headers,
                        List.of("files-api-2025-04-14"),
                        null,
                        ProviderTimeouts.DEFAULTS,
                        ModelCatalog.of(List.of())));
    }

    private static AnthropicSettings base() {
        return settings("https://api.anthropic.com", KEY, Map.of());
    }

    private static HttpCall ask(AnthropicSettings settings, String... betas) {
        return new Endpoint(settings).messages(new MessagesRequest("m", List.of(betas), new byte[0]));
    }

    private static Map<String, String> headers(HttpCall call) {
        Map<String, String> lower = new HashMap<>();
        call.headers().forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }

    @Test
    void viewHasWhatItDoesNotOverride() {
        AnthropicSettings view = ViewSettings.of(base(), ProviderConfig.of(Map.of("model", "claude-haiku-5-5")));

        assertThat(view.model()).isEqualTo("claude-haiku-5-5");
        assertThat(view.apiKey()).isEqualTo(KEY);
        assertThat(view.baseUrl()).isEqualTo(base().baseUrl());
    }

    @Test
    void viewElsewhereHasItsOwnKeyOrNone() {
        ProviderConfig elsewhere = ProviderConfig.of(Map.of("endpoint", "https://tenant.example"));

        assertThat(ViewSettings.of(base(), elsewhere).apiKey()).isNull();
        assertThat(ViewSettings.of(base(), elsewhere.withApiKey(Secret.of("own")))
                        .apiKey())
                .isEqualTo(Secret.of("own"));
    }

    @Test
    void unknownSettingsAreNamed() {
        assertThatThrownBy(() -> ViewSettings.of(base(), ProviderConfig.of(Map.of("region", "x", "workspace", "y"))))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContainingAll("region", "workspace", "api_key, endpoint and model");
    }

    @Test
    void wrongSettingsAreRefusedAtOnce() {
        assertThatThrownBy(() -> AnthropicProvider.builder().baseUrl(URI.create("api.anthropic.com")))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContaining("https://api.anthropic.com");
        assertThatThrownBy(() -> AnthropicProvider.builder().maxTokens(0))
                .isInstanceOf(ProviderConfigurationException.class);
        assertThatThrownBy(() -> AnthropicProvider.builder().maxConnections(0))
                .isInstanceOf(ProviderConfigurationException.class);
        assertThatThrownBy(() -> AnthropicProvider.builder().beta(" "))
                .isInstanceOf(ProviderConfigurationException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.anthropic.com, https://api.anthropic.com/v1/messages",
        "https://api.anthropic.com/, https://api.anthropic.com/v1/messages",
        "https://api.anthropic.com/v1, https://api.anthropic.com/v1/messages",
        "https://api.anthropic.com/v1/, https://api.anthropic.com/v1/messages",
        "http://localhost:8000/x%20y?a=1, http://localhost:8000/x%20y/v1/messages?a=1"
    })
    void addressMayEndInTheVersion(String baseUrl, URI expected) {
        assertThat(ask(settings(baseUrl, null, Map.of())).uri()).isEqualTo(expected);
    }

    @Test
    void pagesOfModelsKeepTheQuery() {
        Endpoint endpoint = new Endpoint(settings("https://a.example?b=1", null, Map.of()));

        assertThat(endpoint.models(null).uri()).isEqualTo(URI.create("https://a.example/v1/models?b=1&limit=1000"));
        assertThat(endpoint.models("a/b").uri())
                .isEqualTo(URI.create("https://a.example/v1/models?b=1&limit=1000&after_id=a%2Fb"));
    }

    @Test
    void keyAndVersionAreHeaders() {
        assertThat(headers(ask(base())))
                .containsEntry("x-api-key", "key-of-the-operator")
                .containsEntry("anthropic-version", "2023-06-01")
                .containsEntry("accept", "text/event-stream")
                .doesNotContainKey("authorization");
    }

    @Test
    void keyGoesBeforeAHeaderOfTheSameName() {
        Map<String, String> own = Map.of("X-Api-Key", "other", "Anthropic-Version", "2099-01-01");

        assertThat(headers(ask(settings("http://localhost:8000", KEY, own))))
                .containsEntry("x-api-key", "key-of-the-operator")
                .containsEntry("anthropic-version", "2099-01-01");
        assertThat(headers(ask(settings("http://localhost:8000", null, own)))).containsEntry("x-api-key", "other");
    }

    @Test
    void betasOfProviderRequestAndHeaderAreJoined() {
        AnthropicSettings settings = settings("http://localhost:8000", KEY, Map.of("anthropic-beta", "mine"));

        assertThat(headers(ask(settings, "mine", "more")))
                .containsEntry("anthropic-beta", "mine,files-api-2025-04-14,more");
    }

    @Test
    void knownModelHasItsPrices() {
        ModelCatalog catalog = ModelCatalog.of(List.of());

        assertThat(catalog.find("claude-haiku-4-5-20251001"))
                .hasValueSatisfying(model -> assertThat(model.contextWindow()).isEqualTo(200_000))
                .isEqualTo(catalog.find("claude-haiku-4-5"));
        assertThat(catalog.find("claude-next")).isEmpty();
        assertThat(BuiltInModels.all())
                .allSatisfy(model -> assertThat(model.maxOutputTokens()).isLessThan(model.contextWindow()));
    }
}
