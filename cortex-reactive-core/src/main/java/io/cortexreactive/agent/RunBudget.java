package io.cortexreactive.agent;

import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ModelPrices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What a run has used, and what it may. What a run within it uses, it uses too, at once: several of them side by side
 * have one limit together. All of a tree have one lock. Thread-safe.
 */
final class RunBudget {

    private final AgentLimits limits;
    private final @Nullable RunBudget caller;
    private final Object lock;
    private final Duration before;
    private final long startedNanos = System.nanoTime();
    private final long startedMillis = now();
    private int iterations;
    private int toolCalls;
    private Usage usage = Usage.NONE;
    private BigDecimal cost = BigDecimal.ZERO;

    /**
     * @param caller of the run within which this one is; null for none
     * @param before how long attempts before this one took
     */
    RunBudget(AgentLimits limits, @Nullable RunBudget caller, Duration before) {
        this.before = before;
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
        return before.plusNanos(System.nanoTime() - startedNanos);
    }

    /** How long it may still take; empty for as long as it likes. */
    Optional<Duration> timeLeft() {
        return Optional.ofNullable(limits.maxDuration())
                .map(limit -> limit.minus(before).minusMillis(now() - startedMillis));
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

    /** What the models of a run cost. Asks once for each: a list of models is a call to the provider, too. */
    static final class Prices {

        private final AgentRuntime.Prices source;
        private final String agent;
        private final Map<String, ModelPrices> known = new ConcurrentHashMap<>();

        Prices(AgentRuntime.Prices source, String agent) {
            this.source = source;
            this.agent = agent;
        }

        /** Fails unless it is known what the model costs. Which one is a provider's default, only an answer tells. */
        Mono<Void> require(@Nullable String provider, @Nullable String model) {
            return model == null ? Mono.empty() : prices(provider, model).then();
        }

        /**
         * What an answer costs: as the model that gave it, else as the one that was asked, which may be another name of
         * it.
         */
        Mono<ModelPrices> of(@Nullable String provider, @Nullable String asked, @Nullable String answered) {
            if (answered == null || answered.equals(asked)) {
                return prices(provider, asked);
            }
            String name = key(provider, answered);
            Mono<ModelPrices> otherwise = asked == null ? Mono.error(() -> unknown(answered)) : prices(provider, asked);
            return found(provider, answered).switchIfEmpty(otherwise.doOnNext(same -> known.put(name, same)));
        }

        /** As far as it is known by now. */
        @Nullable
        ModelPrices known(@Nullable String provider, @Nullable String model) {
            return model == null ? null : known.get(key(provider, model));
        }

        private Mono<ModelPrices> prices(@Nullable String provider, @Nullable String model) {
            Mono<ModelPrices> none = Mono.error(() -> unknown(model));
            return model == null ? none : found(provider, model).switchIfEmpty(none);
        }

        private Mono<ModelPrices> found(@Nullable String provider, String model) {
            ModelPrices before = known(provider, model);
            return before == null
                    ? source.of(provider, model).doOnNext(found -> known.put(key(provider, model), found))
                    : Mono.just(before);
        }

        private static String key(@Nullable String provider, String model) {
            return provider + " " + model;
        }

        private AgentConfigurationException unknown(@Nullable String model) {
            String which = model == null ? "the provider's default model" : "model '" + model + "'";
            return new AgentConfigurationException("Agent '" + agent + "' has a maxCost, but no price of " + which
                    + " is known. Leave maxCost out, or choose a model whose provider tells its prices.");
        }
    }
}
