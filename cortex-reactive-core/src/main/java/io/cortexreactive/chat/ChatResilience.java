package io.cortexreactive.chat;

import io.cortexreactive.resilience.ResiliencePolicy;
import java.util.List;

/**
 * What protects chat calls.
 *
 * @param policy applies to each provider that is asked, unless it has a policy of its own; what it remembers, it
 *     remembers by provider and tenant, and a circuit breaker by the model that a fallback names, too
 * @param fallbacks whom to ask, in this order, when one fails
 * @param restartable whether a call may begin again after output; then a
 *     {@link io.cortexreactive.message.StreamRestarted} chunk tells the consumer to discard what it got
 */
public record ChatResilience(ResiliencePolicy policy, List<Fallback> fallbacks, boolean restartable) {

    /** Protects nothing. */
    public static final ChatResilience NONE = of(ResiliencePolicy.NONE);

    /** {@link ResiliencePolicy#DEFAULTS}: retries before output, and nothing else. */
    public static final ChatResilience DEFAULTS = of(ResiliencePolicy.DEFAULTS);

    public ChatResilience {
        fallbacks = List.copyOf(fallbacks);
    }

    /** With a policy; nobody else is asked, and nothing begins again after output. */
    public static ChatResilience of(ResiliencePolicy policy) {
        return new ChatResilience(policy, List.of(), false);
    }

    /** This, with another policy. */
    public ChatResilience withPolicy(ResiliencePolicy other) {
        return new ChatResilience(other, fallbacks, restartable);
    }

    /** This, with others to ask. */
    public ChatResilience withFallbacks(Fallback... others) {
        return new ChatResilience(policy, List.of(others), restartable);
    }

    /** This, for consumers that know {@link io.cortexreactive.message.StreamRestarted}. */
    public ChatResilience allowingRestarts() {
        return new ChatResilience(policy, fallbacks, true);
    }
}
