package io.cortexreactive.prompt;

import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.prompt.PromptSettings.Discovery;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings prompts: registers a {@link PromptRegistry} as a service, and when it boots, loads what is found where the
 * settings say, and again as it changes if they say so, until it is shut down. A plugin may replace the registry.
 */
public final class PromptPlugin implements Plugin {

    private static final Logger LOG = LoggerFactory.getLogger(PromptPlugin.class);

    private static final String DEFAULT_LOCATION = "classpath:prompts";

    private final PromptSettings settings;
    private final ClassLoader classes = ClasspathFolder.classes();
    private final Disposable.Composite watches = Disposables.composite();

    /** With these settings; the class path is the one that the calling thread's context class loader has. */
    public PromptPlugin(PromptSettings settings) {
        this.settings = settings;
    }

    @Override
    public String id() {
        return "prompt";
    }

    @Override
    public String name() {
        return "Prompt Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("prompt", "prompt-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(
                () -> plugins.services().register(PromptRegistry.class, PromptRegistry.create(settings)));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.defer(() -> {
            PromptLoader loader = new DefaultPromptLoader(plugins.services().get(PromptRegistry.class), classes);
            return Flux.fromIterable(locations())
                    .concatMap(loader::load, 1)
                    .then(Mono.<Void>fromRunnable(() -> watch(loader)));
        });
    }

    /** What was loaded is read once more when it begins, so no change in between is missed. */
    private void watch(PromptLoader loader) {
        if (settings.hotReload()) {
            locations().stream()
                    .filter(location -> !ClasspathFolder.isOne(location))
                    .forEach(location -> watches.add(watch(loader, location)));
        }
    }

    private static Disposable watch(PromptLoader loader, String directory) {
        return loader.watch(Path.of(directory))
                .mapNotNull(PromptReload::problem)
                .subscribe(
                        problem -> LOG.warn("Prompts are not reloaded: {}", problem.getMessage()),
                        error -> LOG.warn("Prompts are reloaded no more: {}", error.getMessage()));
    }

    /** Ends the watching. */
    @Override
    public Mono<Void> shutdown() {
        return Mono.fromRunnable(watches::dispose);
    }

    private List<String> locations() {
        Discovery discovery = settings.discovery();
        if (!discovery.enabled()) {
            return List.of();
        }
        if (!discovery.paths().isEmpty()) {
            return discovery.paths();
        }
        return new ClasspathFolder(DEFAULT_LOCATION, classes).exists() ? List.of(DEFAULT_LOCATION) : List.of();
    }
}
