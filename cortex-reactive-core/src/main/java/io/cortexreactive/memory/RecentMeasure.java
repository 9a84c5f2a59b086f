package io.cortexreactive.memory;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.TokenEstimate;
import java.util.function.ToLongFunction;

/**
 * How much of the latest a window has.
 *
 * @param weight what a message counts
 * @param strict whether the limit holds even for what must stay
 */
record RecentMeasure(long limit, ToLongFunction<Message> weight, Truncation truncation, boolean strict) {

    static RecentMeasure messages(int limit) {
        return new RecentMeasure(limit, message -> 1, Truncation.OLDEST, false);
    }

    static RecentMeasure tokens(long limit, Truncation truncation) {
        return new RecentMeasure(limit, TokenEstimate::of, truncation, true);
    }

    /** The most that the first exchange may take. */
    long headLimit() {
        return truncation == Truncation.MIDDLE ? limit / 2 : 0;
    }

    /** @throws LimitExceededException if what must stay weighs more than it may */
    void require(long needed) {
        if (strict && needed > limit) {
            throw new LimitExceededException("What a model must be told of a conversation, tokens", limit, needed);
        }
    }
}
