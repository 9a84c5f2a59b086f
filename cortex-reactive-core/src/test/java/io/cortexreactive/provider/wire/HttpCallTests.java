package io.cortexreactive.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.provider.ProviderConfigurationException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallTests {

    private static final URI SOMEWHERE = URI.create("http://localhost/");

    @ParameterizedTest
    @ValueSource(strings = {"ends here\n", "a\r\nX-Other: b", "\u0000", "\u007f", "\u20ac"})
    void valueThatCannotBeSentIsRefusedWithoutBeingShown(String value) {
        assertThatExceptionOfType(ProviderConfigurationException.class)
                .isThrownBy(() -> HttpCall.get(SOMEWHERE, Map.of("x-api-key", value)))
                .withMessageContaining("'x-api-key'")
                .withMessageNotContaining(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a:b", "\u00e4"})
    void nameThatCannotBeSentIsRefused(String name) {
        assertThatExceptionOfType(ProviderConfigurationException.class)
                .isThrownBy(() -> HttpCall.get(SOMEWHERE, Map.of(name, "a")));
    }

    @Test
    void whatHttpAllowsIsSent() {
        Map<String, String> headers = Map.of("X-Some_thing.1", "tabs\tand \u00fc, \"quotes\"", "empty", "");

        assertThat(HttpCall.get(SOMEWHERE, headers).headers()).isEqualTo(headers);
    }
}
