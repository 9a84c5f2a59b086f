package io.cortexreactive.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseFrameTests {

    @Test
    void hasAFieldALineAndEndsWithAnEmptyOne() {
        assertThat(new SseFrame("7", "text_delta", "{}").text()).isEqualTo("id: 7\nevent: text_delta\ndata: {}\n\n");
    }

    @Test
    void leavesOutWhatItHasNot() {
        assertThat(SseFrame.of("a").text()).isEqualTo("data: a\n\n");
    }

    @Test
    void eachLineOfDataIsAFieldOfItsOwn() {
        assertThat(SseFrame.of("a\nb\r\nc\rd\n").text()).isEqualTo("data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
    }

    @Test
    void dataThatIsEmptyIsAnEventAllTheSame() {
        assertThat(SseFrame.of("").text()).isEqualTo("data: \n\n");
    }

    @Test
    void anEmptyIdMakesClientsForgetTheirs() {
        assertThat(new SseFrame("", null, "a").text()).isEqualTo("id: \ndata: a\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n"})
    void whatWouldBeginAnotherFieldIsRefused(String line) {
        assertThatThrownBy(() -> new SseFrame(line, null, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SseFrame(null, line, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // That is the mistake.
    void noDataIsRefusedAtOnce() {
        assertThatThrownBy(() -> SseFrame.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("data");
    }

    @Test
    void anIdThatClientsIgnoreIsRefused() {
        assertThatThrownBy(() -> new SseFrame("a\0b", null, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
