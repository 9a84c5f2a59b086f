package io.cortexreactive.prompt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.jknack.handlebars.Parser;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.cache.TemplateCache;
import com.github.jknack.handlebars.io.TemplateSource;
import io.cortexreactive.prompt.PromptSettings.Caching;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps compiled templates for a while after their last use, by what they say: a changed one is another one. */
final class CompiledTemplates implements TemplateCache {

    /** A compiled template takes some twenty times the memory of its text. */
    private static final long MAX_CHARACTERS = 4 << 20;

    private record Key(String name, String text) {}

    private final @Nullable Cache<Key, Template> templates;
    private final Function<String, Map<String, Object>> defaults;

    /** @param defaults those of a prompt, by the name of its template */
    CompiledTemplates(Caching caching, Ticker clock, Function<String, Map<String, Object>> defaults) {
        this.defaults = defaults;
        this.templates = !caching.enabled()
                ? null
                : Caffeine.newBuilder()
                        .ticker(clock)
                        .executor(Runnable::run)
                        .maximumWeight(MAX_CHARACTERS)
                        .weigher((Key key, Template template) -> key.text().length())
                        .expireAfterAccess(caching.ttl())
                        .build();
    }

    @Override
    public Template get(TemplateSource source, Parser parser) throws IOException {
        if (templates == null) {
            return compile(source, parser);
        }
        Key key = new Key(source.filename(), source.content(StandardCharsets.UTF_8));
        Template known = templates.getIfPresent(key);
        if (known != null) {
            return known;
        }
        // Not within the cache: that would hold up others for as long as it takes.
        Template compiled = compile(source, parser);
        templates.put(key, compiled);
        return compiled;
    }

    private Template compile(TemplateSource source, Parser parser) throws IOException {
        String name = source.filename();
        return new ScopedTemplate(parser.parse(source), () -> defaults.apply(name));
    }

    /** The templates kept now. */
    long size() {
        if (templates == null) {
            return 0;
        }
        templates.cleanUp();
        return templates.estimatedSize();
    }

    @Override
    public void clear() {
        if (templates != null) {
            templates.invalidateAll();
        }
    }

    @Override
    public void evict(TemplateSource source) {
        if (templates != null) {
            templates.asMap().keySet().removeIf(key -> key.name().equals(source.filename()));
        }
    }

    @Override
    public TemplateCache setReload(boolean reload) {
        return this;
    }
}
