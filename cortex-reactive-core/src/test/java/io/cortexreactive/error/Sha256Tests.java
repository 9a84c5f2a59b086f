package io.cortexreactive.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Sha256Tests {

    /** The standard's own example. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void aTextIsDigestedAsItsBytes() {
        assertThat(Sha256.hex("abc")).isEqualTo(ABC);
    }

    @Test
    void partsAreDigestedOneAfterTheOther() {
        assertThat(Sha256.hex(new byte[] {'a'}, new byte[0], new byte[] {'b', 'c'}))
                .isEqualTo(ABC);
    }
}
