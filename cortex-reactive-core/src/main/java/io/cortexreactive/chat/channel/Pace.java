package io.cortexreactive.chat.channel;

import java.time.Duration;

/** How long to wait before the next look: shortly after there was something new, and then longer and longer. */
final class Pace {

    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofMillis(500);

    private volatile Duration pause = SHORTEST;

    /** @param found whether this look has found something new */
    void next(boolean found) {
        Duration longer = pause.multipliedBy(3).dividedBy(2);
        pause = found ? SHORTEST : longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    Duration pause() {
        return pause;
    }
}
