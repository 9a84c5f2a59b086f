package io.cortexreactive.tool;

import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeBindings;

/** Answers calls by a method. */
final class MethodHandler implements ToolHandler {

    private final Object target;
    private final Method method;

    /** Null where the method wants the context. */
    private final List<@Nullable MethodParameter> parameters;

    private MethodHandler(Object target, Method method, List<@Nullable MethodParameter> parameters) {
        this.target = target;
        this.method = method;
        this.parameters = parameters;
    }

    /**
     * Calls this method of the target.
     *
     * @param type says what type variables of the method's own class stand for
     * @throws ToolConfigurationException if the method cannot be a tool
     */
    static MethodHandler of(Object target, Class<?> type, Method method) {
        open(method);
        TypeBindings bindings = bindings(type, method);
        List<@Nullable MethodParameter> parameters = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            boolean isContext = parameter.getType() == ToolContext.class;
            parameters.add(isContext ? null : MethodParameter.of(parameter, bindings));
        }
        return new MethodHandler(target, method, parameters);
    }

    /**
     * Calls the one abstract method of a functional interface.
     *
     * @throws ToolConfigurationException if it is none, or cannot be a tool
     */
    static MethodHandler of(Object function, Class<?> type) {
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()) && !isOfObject(method))
                .toList();
        if (!type.isInterface() || methods.size() != 1) {
            throw new ToolConfigurationException(
                    type.getName() + " is no functional interface: it has " + methods.size() + " abstract methods.");
        }
        return of(function, type, methods.get(0));
    }

    /** An interface may name these, but need not be given them. */
    private static boolean isOfObject(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(known -> known.getName().equals(method.getName())
                        && Arrays.equals(known.getParameterTypes(), method.getParameterTypes()));
    }

    private static TypeBindings bindings(Class<?> type, Method method) {
        JavaType owner = ToolJson.JSON.constructType(type).findSuperType(method.getDeclaringClass());
        return owner == null ? TypeBindings.emptyBindings() : owner.getBindings();
    }

    private static void open(Method method) {
        try {
            method.setAccessible(true);
        } catch (InaccessibleObjectException e) {
            throw new ToolConfigurationException(
                    "Method " + method + " cannot be called: its module does not open its package.", e);
        }
    }

    Schema inputSchema() {
        ObjectSchema object = Schema.object();
        for (MethodParameter parameter : parameters) {
            if (parameter != null) {
                object = object.property(parameter.name(), parameter.schema());
                object = parameter.required() ? object.required(parameter.name()) : object;
            }
        }
        return object;
    }

    @Override
    public Publisher<?> handle(Map<String, Object> input, ToolContext context) {
        try {
            return publisher(method.invoke(target, arguments(input, context)));
        } catch (InvocationTargetException e) {
            return Mono.error(Objects.requireNonNullElse(e.getCause(), e));
        } catch (IllegalAccessException e) {
            return Mono.error(e);
        }
    }

    private @Nullable Object[] arguments(Map<String, Object> input, ToolContext context) {
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            MethodParameter parameter = parameters.get(i);
            arguments[i] = parameter == null ? context : parameter.read(input);
        }
        return arguments;
    }

    private static Publisher<?> publisher(@Nullable Object result) {
        if (result instanceof Publisher<?> publisher) {
            return publisher;
        }
        return result instanceof CompletionStage<?> later
                ? Mono.fromFuture(later.toCompletableFuture())
                : Mono.justOrEmpty(result);
    }
}
