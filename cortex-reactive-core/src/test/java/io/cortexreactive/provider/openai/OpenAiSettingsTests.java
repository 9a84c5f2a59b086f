package io.cortexreactive.provider.openai;

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

/** Settings, views, and the addresses and headers they make. */
class OpenAiSettingsTests {

    private static final Secret KEY = Secret.of("key-of-the-operator");

    private static OpenAiSettings settings(String baseUrl, @Nullable Secret key, Map<String, String> headers) {
        return new OpenAiSettings(
                "openai",
                URI.create(baseUrl),
                key,
                "gpt-4o",
                null,
                null,
                new OpenAiSettings.Common(headers, ProviderTimeouts.DEFAULTS, ModelCatalog.of(List.of())));
    }

    private static OpenAiSettings base() {
        return settings("https://api.openai.com/v1", KEY, Map.of());
    }

    private static HttpCall models(OpenAiSettings settings) {
        return new Endpoint(settings).models();
    }

    @Test
    void viewHasWhatItDoesNotOverride() {
        OpenAiSettings view = ViewSettings.of(
                base(), ProviderConfig.of(Map.of("model", "o3", "embedding_model", "text-embedding-3-small")));

        assertThat(view.model()).isEqualTo("o3");
        assertThat(view.embeddingModel()).isEqualTo("text-embedding-3-small");
        assertThat(view.apiKey()).isEqualTo(KEY);
        assertThat(view.baseUrl()).isEqualTo(base().baseUrl());
    }

    @Test
    void viewElsewhereHasItsOwnKeyOrNone() {
        Map<String, Object> elsewhere = Map.of("endpoint", "https://tenant.example/v1");

        assertThat(ViewSettings.of(base(), ProviderConfig.of(elsewhere)).apiKey())
                .isNull();
        assertThat(ViewSettings.of(base(), ProviderConfig.of(elsewhere).withApiKey(Secret.of("own")))
                        .apiKey())
                .isEqualTo(Secret.of("own"));
    }

    @Test
    void viewElsewhereSpeaksThatDialect() {
        ProviderConfig config = ProviderConfig.of(Map.of("endpoint", "http://localhost:11434/v1"));

        assertThat(base().dialect()).isEqualTo(OpenAiDialect.OPENAI);
        assertThat(ViewSettings.of(base(), config).dialect()).isEqualTo(OpenAiDialect.OLLAMA);
    }

    @Test
    void unknownSettingsAreNamed() {
        assertThatThrownBy(() -> ViewSettings.of(base(), ProviderConfig.of(Map.of("region", "x", "organisation", "y"))))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContainingAll("region", "organisation", "embedding_model");
        assertThatThrownBy(() -> ViewSettings.of(base(), ProviderConfig.of(Map.of("embedding_model", 3))))
                .isInstanceOf(ProviderConfigurationException.class);
    }

    @Test
    void wrongBaseUrlIsRefusedAtOnce() {
        assertThatThrownBy(() -> OpenAiProvider.builder().baseUrl(URI.create("localhost:11434/v1")))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageContaining("http://localhost:11434/v1");
    }

    @Test
    void addressKeepsPathAndQuery() {
        assertThat(models(base()).uri()).isEqualTo(URI.create("https://api.openai.com/v1/models"));
        assertThat(models(settings("http://localhost:8000", null, Map.of())).uri())
                .isEqualTo(URI.create("http://localhost:8000/models"));
        assertThat(models(settings("https://a.example/x%20y/v1/?api-version=1", null, Map.of()))
                        .uri())
                .isEqualTo(URI.create("https://a.example/x%20y/v1/models?api-version=1"));
    }

    @Test
    void keyGoesBeforeAHeaderOfTheSameName() {
        Map<String, String> headers = Map.of("authorization", "Bearer other", "OpenAI-Project", "p");

        assertThat(lower(models(settings("http://localhost:8000", KEY, headers)).headers()))
                .containsEntry("authorization", "Bearer key-of-the-operator")
                .containsEntry("openai-project", "p");
        assertThat(lower(
                        models(settings("http://localhost:8000", null, headers)).headers()))
                .containsEntry("authorization", "Bearer other");
    }

    private static Map<String, String> lower(Map<String, String> headers) {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }
}
