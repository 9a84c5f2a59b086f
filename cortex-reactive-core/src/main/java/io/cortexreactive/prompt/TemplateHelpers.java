package io.cortexreactive.prompt;

import com.github.jknack.handlebars.Decorator;
import com.github.jknack.handlebars.Formatter;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.HelperRegistry;
import com.github.jknack.handlebars.helper.DefaultHelperRegistry;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The helpers that templates have: these, and none of Handlebars' own. */
final class TemplateHelpers {

    /** Uses everything once. */
    static final String WARM_UP =
            "{{#if a}}{{#unless b}}{{#each c as |d i|}}{{@index}}{{d}}{{/each}}{{/unless}}{{/if}}\n"
                    + "{{#with e}}{{~this.f}} {{../a}}{{/with}}{{join c}}{{json e pretty=true}}{{json c}}{{default a \"x\"}}"
                    + "{{indent a 2}}{{dateFormat g \"d MMM yyyy HH:mm\" tz=\"Europe/Berlin\"}}{{lookup e \"f\"}}{{h}}";

    static final Map<String, Object> WARM_UP_VALUES = Map.of(
            "a", "text", "b", false, "c", List.of(1, 2.5), "e", Map.of("f", true), "g", "2026-01-02T03:04:05Z", "h", 1);

    @FunctionalInterface
    private interface Block {
        void write(HelperCall call) throws IOException;
    }

    @FunctionalInterface
    private interface Value {
        @Nullable
        Object of(HelperCall call);
    }

    private TemplateHelpers() {}

    static HelperRegistry registry() {
        HelperRegistry registry = new NoDecorators();
        registry.helpers().clear();
        block(registry, "if", BlockHelpers::ifTruthy);
        block(registry, "unless", BlockHelpers::unless);
        block(registry, "with", BlockHelpers::with);
        block(registry, "each", BlockHelpers::each);
        value(registry, "join", ValueHelpers::join);
        value(registry, "json", ValueHelpers::json);
        value(registry, "default", ValueHelpers::orDefault);
        value(registry, "indent", ValueHelpers::indent);
        value(registry, "lookup", ValueHelpers::lookup);
        value(registry, "dateFormat", DateHelper::format);
        return registry;
    }

    /** What is absent becomes a failure. It must know that before it compiles. */
    static HelperRegistry withMissing(HelperRegistry registry) {
        return registry.registerHelperMissing((context, options) -> {
            HelperCall call = new HelperCall(context, options);
            // A block of an unknown name is taken for one of our own blocks, which is what it is called then.
            throw call.failure(
                    call.isBlock() ? "what the block names is not there" : "there is no '" + options.helperName + "'");
        });
    }

    private static void block(HelperRegistry registry, String name, Block block) {
        Helper<Object> helper = (context, options) -> {
            HelperCall call = new HelperCall(context, options);
            if (!call.isBlock()) {
                return alone(call);
            }
            block.write(call);
            return null;
        };
        registry.registerHelper(name, helper);
    }

    private static void value(HelperRegistry registry, String name, Value value) {
        Helper<Object> helper = (context, options) -> {
            HelperCall call = new HelperCall(context, options);
            return call.isBlock() || call.hasNoArguments() ? alone(call) : value.of(call);
        };
        registry.registerHelper(name, helper);
    }

    /** The name of a helper without what belongs to it: a variable, if there is one of this name. */
    private static Object alone(HelperCall call) {
        String name = call.options().helperName;
        if (call.isBlock() || !call.hasNoArguments()) {
            throw call.failure("'" + name + "' is used as " + (call.isBlock() ? "a block" : "a value"));
        }
        Object variable = call.scope().find(name);
        if (variable == null) {
            throw call.failure("there is no '" + name + "'");
        }
        return variable;
    }

    /** A list or map has no text of its own that a model should see. */
    static Object format(Object value, Formatter.Chain next) {
        if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
            throw new TemplateFailure(
                    null, 0, "a list or map is used as a text. Use each, join or json: " + abbreviated(value));
        }
        return PlainText.of(value);
    }

    private static String abbreviated(Object value) {
        return value instanceof Map<?, ?> map
                ? "it has " + map.keySet().stream().limit(10).toList()
                : "it has " + ((Collection<?>) value).size() + " items";
    }

    private static final class NoDecorators extends DefaultHelperRegistry {

        @Override
        public Decorator decorator(String name) {
            throw new TemplateFailure(null, 0, "decorators and inline partials are not supported");
        }
    }
}
