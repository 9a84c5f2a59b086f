package io.cortexreactive.prompt;

import com.github.benmanes.caffeine.cache.Ticker;
import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.HandlebarsError;
import com.github.jknack.handlebars.HandlebarsException;
import com.github.jknack.handlebars.HelperRegistry;
import com.github.jknack.handlebars.cache.NullTemplateCache;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.prompt.PromptSettings.Limits;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Handlebars, locked down: it sees plain values, has our helpers alone, finds partials in a registry, and is stopped at
 * its limits. Thread-safe.
 */
final class TemplateEngine {

    private static final TemplateEngine STANDALONE = warm();

    private final Limits limits;
    private final Handlebars handlebars;
    /** Knows no stand-in for helpers that there are not, and therefore finds them in a template. */
    private final Handlebars checking;

    private final CompiledTemplates templates;

    TemplateEngine(PromptSettings settings, Function<String, Optional<Prompt>> prompts, Ticker clock) {
        limits = settings.limits();
        RegisteredPartials partials = new RegisteredPartials(prompts);
        templates = new CompiledTemplates(settings.caching(), clock, partials::defaults);
        HelperRegistry helpers = TemplateHelpers.registry();
        handlebars = locked(partials, TemplateHelpers.withMissing(helpers)).with(templates);
        checking = locked(partials, TemplateHelpers.registry()).with(NullTemplateCache.INSTANCE);
    }

    private static Handlebars locked(RegisteredPartials partials, HelperRegistry helpers) {
        Handlebars handlebars = new Handlebars(partials)
                .with(EscapingStrategy.NOOP)
                .with(helpers)
                .with(TemplateHelpers::format);
        handlebars.setPrettyPrint(true);
        handlebars.setInfiniteLoops(false);
        handlebars.setPreEvaluatePartialBlocks(false);
        return handlebars;
    }

    Limits limits() {
        return limits;
    }

    /** For prompts that are in no registry: they have no partials. */
    static TemplateEngine standalone() {
        return STANDALONE;
    }

    /** Loads what would be loaded on the first use otherwise, which may be on an event loop. */
    private static TemplateEngine warm() {
        TemplateEngine engine =
                new TemplateEngine(PromptSettings.DEFAULTS, id -> Optional.empty(), Ticker.systemTicker());
        PromptText text = new PromptText("warm-up", PromptVersion.of("warm-up", "1"), TemplateHelpers.WARM_UP, null);
        engine.check(text);
        engine.render(text, TemplateHelpers.WARM_UP_VALUES);
        return engine;
    }

    /**
     * Compiles a template, and finds what is wrong with it.
     *
     * @throws PromptSyntaxException saying where
     * @throws LimitExceededException if it is too long
     */
    void check(PromptText text) {
        if (text.id().isBlank()) {
            throw new PromptSyntaxException(text.where(), 0, "the id is blank", null);
        }
        int length = text.template().length();
        if (length > limits.template()) {
            throw new LimitExceededException(text.where() + ", characters of the template", limits.template(), length);
        }
        TemplateShape.check(text, limits.depth());
        try {
            checking.compile(text);
            handlebars.compile(text);
        } catch (HandlebarsException e) {
            throw syntax(text, e);
        } catch (IOException e) {
            throw new PromptSyntaxException(text.where(), 0, String.valueOf(e.getMessage()), e);
        }
    }

    private static PromptException syntax(PromptText text, HandlebarsException e) {
        HandlebarsError error = e.getError();
        int line = e instanceof TemplateFailure failure ? failure.line() : error == null ? 0 : error.line;
        String problem = error == null ? message(e) : error.reason;
        return new PromptSyntaxException(text.where(), line, problem, e);
    }

    /**
     * Fills a template.
     *
     * @throws PromptRenderException if it uses what is not there
     * @throws LimitExceededException if it becomes too long, or takes too much work
     */
    String render(PromptText text, Map<String, ?> variables) {
        Rendering rendering = new Rendering(text.filename(), limits);
        try {
            handlebars.compile(text).apply(Scope.root(rendering, PlainValues.forTemplate(variables)), rendering);
            return rendering.toString();
        } catch (HandlebarsException e) {
            throw failure(text, e);
        } catch (IOException e) {
            throw new PromptRenderException(text.where(), 0, String.valueOf(e.getMessage()), e);
        }
    }

    private static CortexException failure(PromptText text, HandlebarsException e) {
        if (e.getCause() instanceof CortexException known) {
            return known;
        }
        if (e instanceof TemplateFailure failure) {
            return new PromptRenderException(place(text, failure.template()), failure.line(), message(e), e);
        }
        HandlebarsError error = e.getError();
        return error == null
                ? new PromptRenderException(text.where(), 0, message(e), e)
                : new PromptRenderException(place(text, error.filename), error.line, error.reason, e);
    }

    /** Where it happened, in words of the prompt that was rendered; a partial has a name of its own. */
    private static String place(PromptText text, @Nullable String template) {
        return template == null || template.equals(text.filename()) ? text.where() : "Prompt '" + template + "'";
    }

    private static String message(HandlebarsException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    /** The compiled templates kept now. */
    long kept() {
        return templates.size();
    }
}
