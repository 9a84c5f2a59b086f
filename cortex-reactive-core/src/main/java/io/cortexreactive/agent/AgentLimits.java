package io.cortexreactive.agent;

import io.cortexreactive.durable.Transition.Schedule;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What one run may use; null is no limit. A run that reaches one ends there with what it has, and an
 * {@link AgentStopReason} of the limit's own. What sub-agents use counts as it is used, but for their iterations.
 *
 * @param maxIterations how often the model is asked
 * @param maxToolCalls how many calls of tools are run
 * @param maxTokens tokens after which the model is not asked again
 * @param maxCost what it may cost, in the currency of the models' prices, after which the model is not asked again; a
 *     run whose model has no known price fails
 * @param maxDuration how long it may take from its subscription on, in all attempts together; what is under way then is
 *     cancelled
 */
public record AgentLimits(
        @Nullable Integer maxIterations,
        @Nullable Integer maxToolCalls,
        @Nullable Long maxTokens,
        @Nullable BigDecimal maxCost,
        @Nullable Duration maxDuration) {

    /** None but the agent's own. */
    public static final AgentLimits NONE = new AgentLimits(null, null, null, null, null);

    /** With a time of {@link Schedule#LONGEST} at most. */
    public AgentLimits {
        requirePositive("maxIterations", maxIterations, maxIterations == null || maxIterations > 0);
        requirePositive("maxToolCalls", maxToolCalls, maxToolCalls == null || maxToolCalls > 0);
        requirePositive("maxTokens", maxTokens, maxTokens == null || maxTokens > 0);
        requirePositive("maxCost", maxCost, maxCost == null || maxCost.signum() > 0);
        requirePositive(
                "maxDuration", maxDuration, maxDuration == null || !(maxDuration.isZero() || maxDuration.isNegative()));
        maxDuration = Schedule.bounded(maxDuration);
    }

    private static void requirePositive(String limit, @Nullable Object value, boolean positive) {
        if (!positive) {
            throw new AgentConfigurationException(limit + " must be positive, and is " + value + ".");
        }
    }

    /** Asks the model so often at most. */
    public static AgentLimits iterations(int most) {
        return NONE.withMaxIterations(most);
    }

    /** This, asking the model so often at most. */
    public AgentLimits withMaxIterations(int most) {
        return new AgentLimits(most, maxToolCalls, maxTokens, maxCost, maxDuration);
    }

    /** This, running so many calls of tools at most. */
    public AgentLimits withMaxToolCalls(int most) {
        return new AgentLimits(maxIterations, most, maxTokens, maxCost, maxDuration);
    }

    /** This, with so many tokens. */
    public AgentLimits withMaxTokens(long most) {
        return new AgentLimits(maxIterations, maxToolCalls, most, maxCost, maxDuration);
    }

    /** This, at this cost. */
    public AgentLimits withMaxCost(BigDecimal most) {
        return new AgentLimits(maxIterations, maxToolCalls, maxTokens, most, maxDuration);
    }

    /** This, taking so long at most. */
    public AgentLimits withMaxDuration(Duration most) {
        return new AgentLimits(maxIterations, maxToolCalls, maxTokens, maxCost, most);
    }

    /** Of each limit the tighter one. */
    public AgentLimits and(AgentLimits other) {
        return new AgentLimits(
                tighter(maxIterations, other.maxIterations),
                tighter(maxToolCalls, other.maxToolCalls),
                tighter(maxTokens, other.maxTokens),
                tighter(maxCost, other.maxCost),
                tighter(maxDuration, other.maxDuration));
    }

    private static <T extends Comparable<T>> @Nullable T tighter(@Nullable T one, @Nullable T other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Comparator.<T>naturalOrder().compare(one, other) <= 0 ? one : other;
    }
}
