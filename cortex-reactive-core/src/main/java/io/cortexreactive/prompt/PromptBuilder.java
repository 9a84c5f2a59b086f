package io.cortexreactive.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Prompt} is made of; not thread-safe. */
public final class PromptBuilder {

    private final String id;
    private String template = "";
    private String version = "1.0.0";
    private @Nullable String name;
    private @Nullable String file;
    private final List<String> variables = new ArrayList<>();
    private final Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> metadata = new LinkedHashMap<>();

    PromptBuilder(String id) {
        this.id = id;
    }

    /** The Handlebars template. */
    public PromptBuilder template(String value) {
        template = value;
        return this;
    }

    /** A semantic version, which may lack its last numbers; {@code 1.0.0} by default. */
    public PromptBuilder version(String value) {
        version = value;
        return this;
    }

    /** For people; the id by default. */
    public PromptBuilder name(String value) {
        name = value;
        return this;
    }

    /** Adds variables that must be given. */
    public PromptBuilder requiredVariables(String... names) {
        variables.addAll(Arrays.asList(names));
        return this;
    }

    /** Adds the value of a variable that is not given. */
    public PromptBuilder defaultValue(String variable, @Nullable Object value) {
        defaults.put(variable, value);
        return this;
    }

    /** Adds something that has no meaning here. */
    public PromptBuilder metadata(String key, @Nullable Object value) {
        metadata.put(key, value);
        return this;
    }

    /** Where it was read, for errors. */
    PromptBuilder file(String value) {
        file = value;
        return this;
    }

    /**
     * The prompt. Compiles the template, so not for an event loop.
     *
     * @throws PromptSyntaxException if the template is none, or id or version are
     * @throws io.cortexreactive.error.LimitExceededException if the template is too long
     */
    public Prompt build() {
        DefaultPrompt prompt = unchecked(TemplateEngine.standalone());
        prompt.check();
        return prompt;
    }

    /** The prompt, whose template whoever registers it has to check. */
    DefaultPrompt unchecked(TemplateEngine engine) {
        return new DefaultPrompt(
                new PromptText(id, PromptVersion.of(id, version), template, file),
                name == null ? id : name,
                List.copyOf(variables),
                PlainValues.ofMap(defaults),
                PlainValues.ofMap(metadata),
                engine);
    }
}
