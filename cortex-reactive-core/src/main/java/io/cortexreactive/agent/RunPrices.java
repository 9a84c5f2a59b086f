package io.cortexreactive.agent;

import io.cortexreactive.provider.ModelPrices;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the models of a run cost. Asks once for each: a list of models is a call to the provider, too. */
final class RunPrices {

    private final AgentRuntime.Prices source;
    private final String agent;
    private final Map<String, ModelPrices> known = new ConcurrentHashMap<>();

    RunPrices(AgentRuntime.Prices source, String agent) {
        this.source = source;
        this.agent = agent;
    }

    /** Fails unless it is known what the model costs. Which one is a provider's default, only an answer tells. */
    Mono<Void> require(@Nullable String provider, @Nullable String model) {
        return model == null ? Mono.empty() : prices(provider, model).then();
    }

    /**
     * What an answer costs: as the model that gave it, else as the one that was asked, which may be another name of it.
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
