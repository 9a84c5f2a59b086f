package io.cortexreactive.prompt;

import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads prompts from files into a registry. Below a directory, each prompt has one of its own, with
 * {@code prompt.yaml}, which may be left out, and a template for each version, such as {@code v1.hbs} and
 * {@code v1.2.0.hbs}.
 *
 * <p>Everything is cold, and reads and compiles on a bounded scheduler. If one file cannot be used, nothing is
 * registered, and the error is a {@link PromptLoadException} or {@link PromptSyntaxException} that names file and line.
 */
public interface PromptLoader {

    /** Reads into a registry; the class path is the one that the calling thread's context class loader has. */
    static PromptLoader into(PromptRegistry registry) {
        return new DefaultPromptLoader(registry, ClasspathFolder.classes());
    }

    /** Reads a directory, and emits the prompts that are registered then. */
    Mono<List<Prompt>> load(Path directory);

    /**
     * Reads a directory, or a folder of the class path: {@code classpath:prompts}. A folder may be in several jars,
     * each of which must have an entry for it.
     */
    Mono<List<Prompt>> load(String location);

    /**
     * Reads a directory, and reads it again whenever something in it changes, until it is cancelled. What was removed
     * is removed from the registry. If a file cannot be used, that is emitted, and the registry stays as it is. Of
     * reloads that are not asked for, the latest is kept.
     *
     * <p>Occupies a thread of the bounded scheduler while it is subscribed: it is for development.
     */
    Flux<PromptReload> watch(Path directory);
}
