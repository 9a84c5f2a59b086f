package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WireLineTests {

    @Test
    void ofAKeyOnlyItsEndIsShown() {
        assertThat(WireController.WireLine.masked("a-long-enough-key-1234")).isEqualTo("••••1234");
    }

    @Test
    void ofAShortKeyNothingIsShown() {
        assertThat(WireController.WireLine.masked("short-1234")).isEqualTo("••••");
        assertThat(WireController.WireLine.masked("")).isEqualTo("••••");
    }
}
