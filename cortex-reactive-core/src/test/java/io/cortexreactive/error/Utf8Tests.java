package io.cortexreactive.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Tests {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "\0", "gr\u00fc\u00df", "\u2028\uffff", "\ud83d\ude00", "a\ud83d\ude00\ud83d\ude01b"
            })
    void hasEveryText(String text) {
        assertThat(Utf8.has(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83db", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
    void hasNoHalfOfAPair(String text) {
        assertThat(Utf8.has(text)).isFalse();
    }
}
