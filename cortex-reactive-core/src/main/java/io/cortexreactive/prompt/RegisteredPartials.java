package io.cortexreactive.prompt;

import com.github.jknack.handlebars.io.TemplateLoader;
import com.github.jknack.handlebars.io.TemplateSource;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds partials among the prompts of a registry, and nowhere else: a name is never a path. */
final class RegisteredPartials implements TemplateLoader {

    private final Function<String, Optional<Prompt>> prompts;

    /** @param prompts the latest version, by id */
    RegisteredPartials(Function<String, Optional<Prompt>> prompts) {
        this.prompts = prompts;
    }

    @Override
    public TemplateSource sourceAt(String id) {
        Prompt prompt = prompts.apply(id)
                .orElseThrow(() -> new TemplateFailure(null, 0, "there is no prompt '" + id + "' to include"));
        return prompt instanceof DefaultPrompt known
                ? known.text()
                : new PromptText(id, PromptVersion.of(id, prompt.version()), prompt.template(), null);
    }

    /** Those of the prompt that a template is named after. */
    Map<String, Object> defaults(String template) {
        String id = template.substring(0, template.lastIndexOf('@'));
        return prompts.apply(id)
                .map(prompt -> PlainValues.forTemplate(prompt.defaults()))
                .orElse(Map.of());
    }

    @Override
    public String resolve(String id) {
        return id;
    }

    @Override
    public String getPrefix() {
        return "";
    }

    @Override
    public String getSuffix() {
        return "";
    }

    @Override
    public void setPrefix(String prefix) {}

    @Override
    public void setSuffix(String suffix) {}

    @Override
    public void setCharset(Charset charset) {}

    @Override
    public Charset getCharset() {
        return StandardCharsets.UTF_8;
    }
}
