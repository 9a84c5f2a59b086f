package io.cortexreactive.prompt;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.PathExpression;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.ValueResolver;
import com.github.jknack.handlebars.context.MapValueResolver;
import com.github.jknack.handlebars.io.TemplateSource;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the names in a template mean, in place of Handlebars' own rules: those find a value in the library's own
 * bookkeeping, cannot tell null from absent, and begin anew below each partial. Here a name is a key of a plain map, or
 * it is absent, which is null; a present null is {@link PlainValues#NOTHING}.
 */
final class Scope extends Context {

    /** What a partial gets from Handlebars besides what the template gives it. */
    private static final List<String> UNASKED = List.of("size", "empty");

    private final Rendering rendering;
    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> locals;
    private final Map<String, Object> fallbacks;
    private boolean entered;

    private Scope(
            Rendering rendering,
            @Nullable Scope outer,
            @Nullable Object model,
            Map<String, @Nullable Object> locals,
            Map<String, Object> fallbacks) {
        super(model);
        this.rendering = rendering;
        this.outer = outer;
        this.locals = locals;
        this.fallbacks = fallbacks;
        this.resolver = MapValueResolver.INSTANCE;
        this.extendedContext = new Locals(locals);
        this.parent = outer;
        this.data = outer == null ? bookkeeping() : outer.data;
    }

    static Scope root(Rendering rendering, Map<String, Object> variables) {
        return new Scope(rendering, null, variables, new HashMap<>(), Map.of());
    }

    /** What Handlebars itself writes down; nothing here is a value. */
    @SuppressWarnings("JdkObsolete") // Handlebars casts to LinkedList.
    private static Map<String, Object> bookkeeping() {
        Map<String, Object> data = new HashMap<>();
        Deque<Map<String, Template>> inline = new LinkedList<>();
        inline.push(new HashMap<>());
        data.put(PARTIALS, new HashMap<String, Template>());
        data.put(INLINE_PARTIALS, inline);
        data.put(INVOCATION_STACK, new LinkedList<TemplateSource>());
        return data;
    }

    /** The scope of a context that a helper or a template got: they are all made here. */
    static Scope of(Context context) {
        return (Scope) context;
    }

    Rendering rendering() {
        return rendering;
    }

    /** A round of a loop, or what {@code with} goes into. */
    Scope inner(Object model, Map<String, @Nullable Object> names) {
        return new Scope(rendering, this, model, names, Map.of());
    }

    @Override
    protected Context newChildContext(Object model) {
        Scope scope = inner(model, new HashMap<>());
        scope.entered = true;
        return scope;
    }

    /**
     * Whether Handlebars has made this scope for the block that asks, as it does for {@code {{#person}}}. True once.
     */
    boolean wasEntered() {
        boolean was = entered;
        entered = false;
        return was;
    }

    /**
     * Within a partial.
     *
     * @param context what Handlebars made for it
     * @param defaults the partial's own, below everything else
     */
    static Scope ofPartial(Context context, Map<String, Object> defaults) {
        Scope outer = of(context.parent());
        Map<String, @Nullable Object> arguments = new HashMap<>();
        ((Map<?, ?>) context.get(List.of(new Arguments())))
                .forEach((name, value) -> arguments.put(String.valueOf(name), value));
        for (String name : UNASKED) {
            if (arguments.get(name) == null || Scope.entry(context.model(), name) != null) {
                arguments.remove(name);
            }
        }
        return new Scope(outer.rendering, outer, context.model(), arguments, defaults);
    }

    @Override
    public @Nullable Object get(List<PathExpression> path) {
        Scope scope = this;
        int at = 0;
        while (at < path.size() && path.get(at).toString().equals("../")) {
            if (scope.outer == null) {
                return null;
            }
            scope = scope.outer;
            at++;
        }
        return at == path.size() ? scope.model() : scope.descend(path, at);
    }

    private @Nullable Object descend(List<PathExpression> path, int at) {
        Object value = head(path.get(at).toString());
        for (int i = at + 1; i < path.size() && value != null; i++) {
            value = member(value, path.get(i).toString());
        }
        return value;
    }

    private @Nullable Object head(String name) {
        return switch (name) {
            case "this", ".", "./" -> model();
            case ".." -> outer == null ? null : outer.model();
            case "@root" -> rootModel();
            default -> find(name);
        };
    }

    private @Nullable Object rootModel() {
        Scope scope = this;
        while (scope.outer != null) {
            scope = scope.outer;
        }
        return scope.model();
    }

    /** What a name without a path means, or null if it is absent. */
    @Nullable
    Object find(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.locals.containsKey(name)) {
                return scope.locals.get(name);
            }
            Object value = name.startsWith("@") ? null : member(scope.model(), name);
            if (value != null) {
                return value;
            }
        }
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.fallbacks.containsKey(name)) {
                return scope.fallbacks.get(name);
            }
        }
        return null;
    }

    private static @Nullable Object member(@Nullable Object value, String name) {
        boolean isIndex = name.length() > 2 && name.startsWith("[") && name.endsWith("]");
        return entry(value, isIndex ? name.substring(1, name.length() - 1) : name);
    }

    /** A value in a map or list by its plain key, or null if it is absent. */
    static @Nullable Object entry(@Nullable Object value, String key) {
        if (value instanceof Map<?, ?> map) {
            return map.get(key);
        }
        if (value instanceof List<?> list) {
            return key.equals("length") ? Integer.valueOf(list.size()) : item(list, key);
        }
        return null;
    }

    private static @Nullable Object item(List<?> list, String key) {
        try {
            int index = Integer.parseInt(key);
            return index >= 0 && index < list.size() ? list.get(index) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The names that Handlebars hands on into a partial. */
    private static final class Locals extends Context {

        Locals(Map<String, @Nullable Object> names) {
            super(names);
            this.resolver = MapValueResolver.INSTANCE;
        }
    }

    /** Asks the context of a partial for all of its arguments at once. */
    private static final class Arguments implements PathExpression {

        @Override
        public Object eval(ValueResolver resolver, Context context, Object arguments, Chain chain) {
            return arguments;
        }

        @Override
        public boolean local() {
            return true;
        }

        @Override
        public String toString() {
            return "";
        }
    }
}
