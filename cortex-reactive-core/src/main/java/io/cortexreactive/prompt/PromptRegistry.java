package io.cortexreactive.prompt;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Collection;
import java.util.List;

/**
 * The prompts an application has, each in one or more versions. In memory and synchronous; thread-safe.
 *
 * <p>A prompt can include another one of the same registry by its id, <code>{{> id}}</code>, and gets the latest
 * version.
 */
public interface PromptRegistry {

    /** The version that stands for whichever is the latest. */
    String LATEST = "latest";

    /**
     * Adds a prompt; one of the same id and version is replaced. Compiles its template, so not for an event loop.
     *
     * @throws PromptSyntaxException if id, version or template are none
     */
    void register(Prompt prompt);

    /**
     * The latest version of a prompt.
     *
     * @throws PromptNotFoundException if there is none of this id; it names those there are
     */
    Prompt get(String id);

    /**
     * A prompt in a version: {@code 1}, {@code v1} and {@code 1.0.0} are the same, and {@code latest} is the latest.
     *
     * @throws PromptNotFoundException if there is none; it names the ids, or the versions, there are
     */
    Prompt get(String id, String version);

    /** Whether there is a prompt of this id. */
    boolean has(String id);

    /** The versions of a prompt, oldest first, as semantic versions go; empty if there is none of this id. */
    List<String> versions(String id);

    /**
     * The version that comes last: {@code 10} after {@code 9}, and {@code 2.0.0-beta} before {@code 2.0.0}.
     *
     * @throws PromptNotFoundException if there is none of this id; it names those there are
     */
    Prompt latest(String id);

    /** The latest version of each prompt, by id. */
    Collection<Prompt> all();

    /** Removes a version of a prompt; false if there is none. */
    boolean remove(String id, String version);

    /** An empty registry with {@link PromptSettings#DEFAULTS}. */
    static PromptRegistry create() {
        return create(PromptSettings.DEFAULTS);
    }

    /** An empty registry. The first one loads the template engine, so not for an event loop. */
    static PromptRegistry create(PromptSettings settings) {
        return new DefaultPromptRegistry(settings, Ticker.systemTicker());
    }
}
