package io.cortexreactive.prompt;

import java.util.Map;

/**
 * What a prompt became.
 *
 * @param id of the prompt
 * @param version of the prompt
 * @param text what goes to the model
 */
public record RenderedPrompt(String id, String version, String text) {

    /** The key of {@link #metadata} that has the prompt's id. */
    public static final String ID_KEY = "prompt.id";

    /** The key of {@link #metadata} that has the prompt's version. */
    public static final String VERSION_KEY = "prompt.version";

    /** Which prompt this is, for a request's metadata: from there it gets into events, spans and cache keys. */
    public Map<String, Object> metadata() {
        return Map.of(ID_KEY, id, VERSION_KEY, version);
    }
}
