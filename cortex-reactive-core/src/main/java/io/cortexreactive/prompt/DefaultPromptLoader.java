package io.cortexreactive.prompt;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

final class DefaultPromptLoader implements PromptLoader {

    private final PromptRegistry registry;
    private final TemplateEngine engine;
    private final ClassLoader classes;

    DefaultPromptLoader(PromptRegistry registry, ClassLoader classes) {
        this.registry = registry;
        this.classes = classes;
        this.engine = registry instanceof DefaultPromptRegistry known ? known.engine() : TemplateEngine.standalone();
    }

    @Override
    public Mono<List<Prompt>> load(Path directory) {
        return load(directory.toString());
    }

    @Override
    public Mono<List<Prompt>> load(String location) {
        return Mono.fromCallable(() -> exchange(List.of(), read(location))).subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Reads and compiles, and registers nothing.
     *
     * @throws PromptException naming the file that cannot be used
     */
    List<DefaultPrompt> read(String location) {
        List<DefaultPrompt> prompts = ClasspathFolder.isOne(location)
                ? new ClasspathFolder(location, classes).read(engine)
                : PromptFolder.read(Path.of(location), engine);
        prompts.forEach(DefaultPrompt::check);
        return prompts;
    }

    List<Prompt> exchange(Collection<Prompt> removed, List<DefaultPrompt> added) {
        if (registry instanceof DefaultPromptRegistry known) {
            known.exchange(removed, added);
        } else {
            removed.forEach(prompt -> registry.remove(prompt.id(), prompt.version()));
            added.forEach(registry::register);
        }
        return List.copyOf(added);
    }

    @Override
    public Flux<PromptReload> watch(Path directory) {
        // Demand must not be handed on through the thread that waits for changes.
        return Flux.<PromptReload>create(sink -> new PromptWatch(this, directory, sink).run(), OverflowStrategy.LATEST)
                .subscribeOn(Schedulers.boundedElastic(), false);
    }
}
