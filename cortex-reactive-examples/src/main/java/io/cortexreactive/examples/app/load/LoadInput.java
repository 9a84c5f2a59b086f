package io.cortexreactive.examples.app.load;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import org.jspecify.annotations.Nullable;

/**
 * What the page asks for; see {@link Load}.
 *
 * @param provider the default one if left out
 * @param failing 0 if left out
 */
record LoadInput(
        @Nullable String provider,
        @Nullable Integer streams,
        @Nullable Integer chunksPerSecond,
        @Nullable Integer seconds,
        @Nullable Integer failing) {

    static final int MAX_STREAMS = 1_000;
    static final int MAX_CHUNKS_PER_SECOND = 50;
    static final int MAX_SECONDS = 120;
    static final int MAX_FAILING = 50;

    /**
     * @param known the id of the provider that is meant
     * @throws io.cortexreactive.examples.app.RejectedException if a number is missing or out of bounds
     */
    Load toLoad(String known) {
        return new Load(
                known,
                number("streams", streams, 1, MAX_STREAMS),
                number("chunksPerSecond", chunksPerSecond, 1, MAX_CHUNKS_PER_SECOND),
                number("seconds", seconds, 1, MAX_SECONDS),
                failing == null ? 0 : number("failing", failing, 0, MAX_FAILING));
    }

    private static int number(String name, @Nullable Integer value, int least, int most) {
        if (value == null || value < least || value > most) {
            throw invalid("invalid_load", "'" + name + "' is from " + least + " to " + most + ".");
        }
        return value;
    }
}
