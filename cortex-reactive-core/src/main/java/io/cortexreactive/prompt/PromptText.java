package io.cortexreactive.prompt;

import com.github.jknack.handlebars.io.AbstractTemplateSource;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The template of a prompt in one version, named in a way that no other is. */
final class PromptText extends AbstractTemplateSource {

    private final String id;
    private final PromptVersion version;
    private final String template;
    private final @Nullable String file;

    PromptText(String id, PromptVersion version, String template, @Nullable String file) {
        this.id = id;
        this.version = version;
        this.template = template;
        this.file = file;
    }

    String id() {
        return id;
    }

    PromptVersion version() {
        return version;
    }

    String template() {
        return template;
    }

    /** Where to look for what is wrong with it: its file, if it has one. */
    String where() {
        return file == null ? "Prompt '" + id + "' " + version : file;
    }

    @Override
    public String content(Charset charset) {
        return template;
    }

    @Override
    public String filename() {
        return id + "@" + version;
    }

    @Override
    public long lastModified() {
        return 0;
    }
}
