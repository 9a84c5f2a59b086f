package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTests {

    private static final ProviderFailure CALL = ProviderFailure.of("bedrock", null);
    private static final Model OWN =
            new Model("acme.own-v1", "Own", 8_000, 1_000, null, ProviderCapabilities.of(Capability.TOOLS));

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-sonnet-4-6",
        "us.anthropic.claude-sonnet-4-6",
        "eu.anthropic.claude-sonnet-4-6",
        "apac.anthropic.claude-sonnet-4-6",
        "jp.anthropic.claude-sonnet-4-6",
        "global.anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6"
    })
    void modelIsFoundBehindItsInferenceProfile(String id) {
        assertThat(ModelCatalog.of(List.of()).find(id)).map(Model::name).hasValue("Claude Sonnet 4.6");
    }

    @Test
    void unknownModelMayDoWhatBedrockCan() {
        ModelCatalog catalog = ModelCatalog.of(List.of());

        assertThat(catalog.capabilities("acme.new").has(Capability.STREAMING)).isTrue();
        assertThat(catalog.capabilities("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123")
                        .has(Capability.JSON_SCHEMA))
                .isTrue();
        assertThatCode(() -> catalog.requireKnown("acme.new", CALL)).doesNotThrowAnyException();
    }

    @Test
    void configuredModelsComeFirstAndReplaceBuiltInOnes() {
        Model replaced = new Model("amazon.nova-pro-v1:0", "Ours", 1, 1, null, ProviderCapabilities.of());
        ModelCatalog catalog = ModelCatalog.of(List.of(OWN, replaced));

        assertThat(catalog.all()).startsWith(OWN, replaced);
        assertThat(catalog.find("us.amazon.nova-pro-v1:0")).hasValue(replaced);
        assertThat(catalog.all()).extracting(Model::id).doesNotHaveDuplicates();
    }

    @Test
    void configuredListRefusesUnknownModels() {
        ModelCatalog catalog = ModelCatalog.of(List.of(OWN));

        assertThatCode(() -> catalog.requireKnown("acme.own-v1", CALL)).doesNotThrowAnyException();
        assertThatThrownBy(() -> catalog.requireKnown("acme.owm-v1", CALL))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("acme.own-v1");
    }

    @Test
    void builtInModelsHaveRoomToAnswer() {
        assertThat(BuiltInModels.all()).allSatisfy(model -> {
            assertThat(model.maxOutputTokens()).isPositive().isLessThanOrEqualTo(model.contextWindow());
            assertThat(model.capabilities().has(Capability.STREAMING)).isTrue();
        });
    }
}
