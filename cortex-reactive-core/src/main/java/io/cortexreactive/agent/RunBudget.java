package io.cortexreactive.agent;

import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ModelPrices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * What a run has used, and what it may. What a run within it uses, it uses too, at once: several of them side by side
 * have one limit together. All of a tree have one lock. Thread-safe.
 */
final class RunBudget {

    private final AgentLimits limits;
    private final @Nullable RunBudget caller;
    private final Object lock;
    private final long startedNanos = System.nanoTime();
    private final long startedMillis = now();
    private int iterations;
    private int toolCalls;
    private Usage usage = Usage.NONE;
    private BigDecimal cost = BigDecimal.ZERO;

    /** @param caller of the run within which this one is; null for none */
    RunBudget(AgentLimits limits, @Nullable RunBudget caller) {
        this.limits = limits;
        this.caller = caller;
        lock = caller == null ? new Object() : caller.lock;
    }

    /** By the clock that timers go by. */
    private static long now() {
        return Schedulers.parallel().now(TimeUnit.MILLISECONDS);
    }

    int iterations() {
        synchronized (lock) {
            return iterations;
        }
    }

    int toolCalls() {
        synchronized (lock) {
            return toolCalls;
        }
    }

    Usage usage() {
        synchronized (lock) {
            return usage;
        }
    }

    Duration taken() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** How long it may still take; empty for as long as it likes. */
    Optional<Duration> timeLeft() {
        return Optional.ofNullable(limits.maxDuration()).map(limit -> limit.minusMillis(now() - startedMillis));
    }

    boolean limitsCost() {
        return limits.maxCost() != null || (caller != null && caller.limitsCost());
    }

    int nextIteration() {
        synchronized (lock) {
            return ++iterations;
        }
    }

    /** @param prices what the model costs, if it is known and anybody asks */
    void spend(Usage more, @Nullable ModelPrices prices) {
        synchronized (lock) {
            usage = usage.plus(more);
            if (prices != null) {
                cost = cost.add(prices.cost(more));
            }
            if (caller != null) {
                caller.spend(more, prices);
            }
        }
    }

    /** Counts so many more calls; or else why they, and asking the model after them, are too much. */
    @Nullable
    AgentStopReason takeCalls(int calls) {
        synchronized (lock) {
            AgentStopReason exceeded = exceededWith(calls);
            for (RunBudget each = this; exceeded == null && each != null; each = each.caller) {
                each.toolCalls += calls;
            }
            return exceeded;
        }
    }

    /** Why the model may not be asked; null if it may. */
    @Nullable
    AgentStopReason exceeded() {
        return exceededWith(0);
    }

    private @Nullable AgentStopReason exceededWith(int calls) {
        synchronized (lock) {
            if (limits.maxIterations() != null && iterations >= limits.maxIterations()) {
                return AgentStopReason.MAX_ITERATIONS;
            }
            for (RunBudget each = this; each != null; each = each.caller) {
                if (each.limits.maxToolCalls() != null && each.toolCalls + calls > each.limits.maxToolCalls()) {
                    return AgentStopReason.MAX_TOOL_CALLS;
                }
            }
            return spent();
        }
    }

    /** Why the model may not be asked again, whatever it says; null if it may. */
    @Nullable
    AgentStopReason spent() {
        synchronized (lock) {
            if (limits.maxTokens() != null && usage.total() >= limits.maxTokens()) {
                return AgentStopReason.MAX_TOTAL_TOKENS;
            }
            if (limits.maxCost() != null && cost.compareTo(limits.maxCost()) >= 0) {
                return AgentStopReason.MAX_COST;
            }
            return caller == null ? null : caller.spent();
        }
    }
}
