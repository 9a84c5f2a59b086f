package io.cortexreactive.resilience;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A call to protect, and what is known of it.
 *
 * @param <T> what it gives
 * @param call each subscription makes it
 * @param tokens how many it is expected to use; 0 if tokens do not matter
 * @param tokensUsed reads from an element how many were used in all; negative if it does not say
 * @param restart makes the element that tells the consumer to discard what it got, so that the call may be made again
 *     after output; null if it must not
 * @param last whether the call is complete with an element, so that no deadline ends it afterwards
 */
public record ResilientCall<T>(
        Flux<T> call,
        long tokens,
        ToLongFunction<T> tokensUsed,
        @Nullable Function<Restart, T> restart,
        Predicate<T> last) {

    /** Uses no tokens, is not made again after output, and is complete when it completes. */
    public static <T> ResilientCall<T> of(Flux<T> call) {
        return new ResilientCall<>(call, 0, element -> -1, null, element -> false);
    }

    /** This, with tokens. */
    public ResilientCall<T> withTokens(long expected, ToLongFunction<T> used) {
        return new ResilientCall<>(call, expected, used, restart, last);
    }

    /** This, made again after output too. */
    public ResilientCall<T> restartable(Function<Restart, T> marker) {
        return new ResilientCall<>(call, tokens, tokensUsed, marker, last);
    }

    /** This, complete with such an element. */
    public ResilientCall<T> endingWith(Predicate<T> end) {
        return new ResilientCall<>(call, tokens, tokensUsed, restart, end);
    }
}
