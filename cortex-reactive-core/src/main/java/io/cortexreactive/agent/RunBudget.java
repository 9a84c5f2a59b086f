package io.cortexreactive.agent;

import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ModelPrices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run has used, and what it may. One thread at a time. */
final class RunBudget {

    private final AgentLimits limits;
    private final long startedNanos = System.nanoTime();
    private int iterations;
    private int toolCalls;
    private Usage usage = Usage.NONE;
    private BigDecimal cost = BigDecimal.ZERO;

    RunBudget(AgentLimits limits) {
        this.limits = limits;
    }

    int iterations() {
        return iterations;
    }

    int toolCalls() {
        return toolCalls;
    }

    Usage usage() {
        return usage;
    }

    Duration taken() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    Optional<Duration> maxDuration() {
        return Optional.ofNullable(limits.maxDuration());
    }

    boolean limitsCost() {
        return limits.maxCost() != null;
    }

    int nextIteration() {
        return ++iterations;
    }

    void calls(int more) {
        toolCalls += more;
    }

    /** @param prices what the model costs, if it is known and anybody asks */
    void spend(Usage more, @Nullable ModelPrices prices) {
        usage = usage.plus(more);
        if (prices != null) {
            cost = cost.add(prices.cost(more));
        }
    }

    /** Why so many more calls, and asking the model after them, are too much; null if they are not. */
    @Nullable
    AgentStopReason exceededWith(int calls) {
        if (limits.maxIterations() != null && iterations >= limits.maxIterations()) {
            return AgentStopReason.MAX_ITERATIONS;
        }
        if (limits.maxToolCalls() != null && toolCalls + calls > limits.maxToolCalls()) {
            return AgentStopReason.MAX_TOOL_CALLS;
        }
        return spent();
    }

    /** Why the model may not be asked; null if it may. */
    @Nullable
    AgentStopReason exceeded() {
        return exceededWith(0);
    }

    /** Why the model may not be asked again, whatever it says; null if it may. */
    @Nullable
    AgentStopReason spent() {
        if (limits.maxTokens() != null && usage.total() >= limits.maxTokens()) {
            return AgentStopReason.MAX_TOTAL_TOKENS;
        }
        return limits.maxCost() != null && cost.compareTo(limits.maxCost()) >= 0 ? AgentStopReason.MAX_COST : null;
    }

    /** What a sub-agent may use of what is left. */
    AgentLimits left() {
        Long tokens = limits.maxTokens() == null ? null : Math.max(1, limits.maxTokens() - usage.total());
        BigDecimal money = limits.maxCost() == null
                ? null
                : limits.maxCost().subtract(cost).max(new BigDecimal("0.000001"));
        return new AgentLimits(null, null, tokens, money, null);
    }
}
