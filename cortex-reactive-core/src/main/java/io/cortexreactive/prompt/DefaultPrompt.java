package io.cortexreactive.prompt;

import io.cortexreactive.schema.ValidationResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class DefaultPrompt implements Prompt {

    private final PromptText text;
    private final String name;
    private final List<String> variables;
    private final Map<String, Object> defaults;
    private final Map<String, Object> metadata;
    private final TemplateEngine engine;

    DefaultPrompt(
            PromptText text,
            String name,
            List<String> variables,
            Map<String, Object> defaults,
            Map<String, Object> metadata,
            TemplateEngine engine) {
        this.text = text;
        this.name = name;
        this.variables = variables;
        this.defaults = defaults;
        this.metadata = metadata;
        this.engine = engine;
    }

    /** The same prompt, with the partials, limits and cache of a registry. */
    DefaultPrompt in(TemplateEngine registry) {
        return new DefaultPrompt(text, name, variables, defaults, metadata, registry);
    }

    /**
     * Compiles the template.
     *
     * @throws PromptSyntaxException if it is none
     */
    void check() {
        engine.check(text);
    }

    PromptText text() {
        return text;
    }

    @Override
    public String id() {
        return text.id();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return text.version().text();
    }

    @Override
    public String template() {
        return text.template();
    }

    @Override
    public List<String> variables() {
        return variables;
    }

    @Override
    public Map<String, Object> defaults() {
        return defaults;
    }

    @Override
    public Map<String, Object> metadata() {
        return metadata;
    }

    @Override
    public RenderedPrompt renderPrompt(Map<String, ?> given) {
        ValidationResult result = validate(given);
        if (!result.valid()) {
            throw new PromptValidationException(id(), version(), result.errors());
        }
        Map<String, Object> all = new HashMap<>(defaults);
        all.putAll(given);
        return new RenderedPrompt(id(), version(), engine.render(text, all));
    }

    @Override
    public ValidationResult validate(Map<String, ?> given) {
        List<String> errors = variables.stream()
                .filter(variable -> !given.containsKey(variable) && !defaults.containsKey(variable))
                .map(variable -> "Missing required variable: " + variable)
                .toList();
        return new ValidationResult(errors.isEmpty(), errors);
    }

    @Override
    public String toString() {
        return "Prompt[" + text.filename() + "]";
    }
}
