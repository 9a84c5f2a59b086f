package io.cortexreactive.prompt;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.TagType;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.TypeSafeTemplate;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A compiled template, which runs in a {@link Scope} of ours even as a partial, and is counted as one. */
final class ScopedTemplate implements Template {

    private static final String BLOCK = "@partial-block";

    private final Template template;
    private final Supplier<Map<String, Object>> defaults;

    /** @param defaults of the prompt, if it is a partial */
    ScopedTemplate(Template template, Supplier<Map<String, Object>> defaults) {
        this.template = template;
        this.defaults = defaults;
    }

    @Override
    public void apply(Context context, Writer writer) throws IOException {
        if (context instanceof Scope scope) {
            template.apply(scope, writer);
        } else {
            applyAsPartial(context, writer);
        }
    }

    private void applyAsPartial(Context context, Writer writer) throws IOException {
        LinkedList<Map<String, Template>> inline = context.data(Context.INLINE_PARTIALS);
        if (inline.getLast().containsKey(BLOCK)) {
            throw new TemplateFailure(null, 0, "a partial with a block is not supported: give it arguments");
        }
        if (context.model() == null) {
            throw new TemplateFailure(null, 0, "partial '" + filename() + "' is given something that is not there");
        }
        Scope scope = Scope.ofPartial(context, defaults.get());
        scope.rendering().step();
        scope.rendering().enter();
        template.apply(scope, writer);
        scope.rendering().leave();
    }

    @Override
    public String filename() {
        return template.filename();
    }

    @Override
    public int[] position() {
        return template.position();
    }

    @Override
    public String text() {
        return template.text();
    }

    @Override
    public List<String> collect(TagType... tagType) {
        return template.collect(tagType);
    }

    @Override
    public List<String> collectReferenceParameters() {
        return template.collectReferenceParameters();
    }

    @Override
    public void apply(Object context, Writer writer) {
        throw onlyInScope();
    }

    @Override
    public String apply(Object context) {
        throw onlyInScope();
    }

    @Override
    public String apply(Context context) {
        throw onlyInScope();
    }

    @Override
    public String toJavaScript() {
        throw onlyInScope();
    }

    @Override
    public <T, S extends TypeSafeTemplate<T>> S as(Class<S> type) {
        throw onlyInScope();
    }

    @Override
    public <T> TypeSafeTemplate<T> as() {
        throw onlyInScope();
    }

    private static IllegalStateException onlyInScope() {
        return new IllegalStateException("A template runs in a scope, into a writer that counts.");
    }
}
