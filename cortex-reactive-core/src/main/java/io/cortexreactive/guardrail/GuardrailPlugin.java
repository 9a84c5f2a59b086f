package io.cortexreactive.guardrail;

import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings guardrails: offers the registry as a service, and registers in it what plugins add. */
public final class GuardrailPlugin implements Plugin {

    /** Where plugins add some. */
    public static final ExtensionPoint<Guardrail> GUARDRAILS = ExtensionPoint.of("guardrails", Guardrail.class);

    private final GuardrailRegistry registry;
    private volatile GuardrailRegistry chosen;

    /** With a registry, which a plugin may replace. */
    public GuardrailPlugin(GuardrailRegistry registry) {
        this.registry = registry;
        chosen = registry;
    }

    @Override
    public String id() {
        return "guardrail";
    }

    @Override
    public String name() {
        return "Guardrail Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("guardrail-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(() -> plugins.services().register(GuardrailRegistry.class, registry));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.fromRunnable(() -> {
            chosen = plugins.services().get(GuardrailRegistry.class);
            plugins.extensions(GUARDRAILS).forEach(chosen::register);
        });
    }

    /** Closes the guardrails. */
    @Override
    public Mono<Void> shutdown() {
        return Flux.defer(() -> Flux.fromIterable(chosen.all()))
                .concatMapDelayError(Guardrail::close)
                .then();
    }
}
