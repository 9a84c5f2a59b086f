package io.cortexreactive.prompt;

import io.cortexreactive.schema.ValidationResult;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A template in one version. Immutable and thread-safe.
 *
 * <p>Rendering is in memory, does no I/O and takes no lock that anybody could hold for long. It may be done on an event
 * loop, where it takes microseconds for templates as people write them. A template that was not used for longer than
 * the cache keeps it is compiled again on the thread that renders; {@link #rendered} does all of it elsewhere.
 */
public interface Prompt {

    /** Unique among the prompts of a registry, apart from the version. */
    String id();

    /** For people. */
    String name();

    /** A semantic version, which may lack its last numbers, such as {@code 2} or {@code 1.2.0-beta.1}. */
    String version();

    /** The Handlebars template. */
    String template();

    /** The variables that must be given, unless there is a default. */
    List<String> variables();

    /** The values of variables that are not given. */
    Map<String, Object> defaults();

    /** What else its author says of it; no meaning here. Empty by default. */
    default Map<String, Object> metadata() {
        return Map.of();
    }

    /**
     * Fills the template.
     *
     * @param variables maps, lists, arrays, texts, numbers, booleans, enums, dates and nulls: nothing is called on a
     *     value, so any other is refused
     * @throws PromptValidationException if required variables are missing; lists them all
     * @throws PromptRenderException if the template uses what is not there, or a value cannot be used
     * @throws io.cortexreactive.error.LimitExceededException if the result is too long, or takes too much work
     */
    default String render(Map<String, ?> variables) {
        return renderPrompt(variables).text();
    }

    /** Fills the template, and says what was filled; fails as {@link #render} does. */
    RenderedPrompt renderPrompt(Map<String, ?> variables);

    /** As {@link #renderPrompt}, on a bounded scheduler, whatever it takes. */
    default Mono<RenderedPrompt> rendered(Map<String, ?> variables) {
        return Mono.fromCallable(() -> renderPrompt(variables)).subscribeOn(Schedulers.boundedElastic());
    }

    /** Whether all required variables are there. Each that is not is an error of its own. */
    ValidationResult validate(Map<String, ?> variables);

    /**
     * A prompt of version 1.0.0 without required variables. Compiles, so not for an event loop.
     *
     * @throws PromptSyntaxException if the template is none
     */
    static Prompt of(String id, String template) {
        return builder(id).template(template).build();
    }

    /** Starts a prompt of version 1.0.0. */
    static PromptBuilder builder(String id) {
        return new PromptBuilder(id);
    }
}
