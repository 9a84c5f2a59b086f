package io.cortexreactive.tool;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes and finds tools. All of it reads classes, which may block: do it at start-up, and not on an event loop. */
public final class Tools {

    private Tools() {}

    /**
     * A tool for each method with {@link ToolMethod}, of the object's class and those above, private ones too. In order
     * of their names, since providers cache requests that begin alike and the JVM gives methods in no order.
     *
     * @throws ToolConfigurationException if there is no such method, two give tools of one name, or one cannot be a
     *     tool
     */
    public static List<Tool> from(Object annotated) {
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (Method method : methods(annotated.getClass())) {
            Tool tool = tool(annotated, method);
            if (tools.put(tool.definition().name(), tool) != null) {
                throw new ToolConfigurationException(
                        tool.definition().name(), "two methods of " + annotated.getClass() + " have its name");
            }
        }
        if (tools.isEmpty()) {
            throw new ToolConfigurationException(annotated.getClass() + " has no method with @ToolMethod.");
        }
        return tools.values().stream()
                .sorted(Comparator.comparing(tool -> tool.definition().name()))
                .toList();
    }

    /**
     * A tool that calls the one abstract method of a functional interface; see {@link Tool.Builder#function}.
     *
     * @throws ToolConfigurationException if it cannot be a tool
     */
    public static <F> Tool from(String name, String description, Class<F> type, F function) {
        return Tool.builder(name)
                .description(description)
                .function(type, function)
                .build();
    }

    /** The tools that {@link java.util.ServiceLoader} finds: implementations of {@link Tool}. */
    public static List<Tool> discover() {
        return ToolDiscovery.services();
    }

    /**
     * The tools of all classes in these packages, and those below, that have methods with {@link ToolMethod}. One
     * object is made of each class, by its constructor without parameters.
     *
     * @throws ToolConfigurationException if a class cannot be made, or one of its methods cannot be a tool
     */
    public static List<Tool> discover(Collection<String> packages) {
        return ToolDiscovery.packages(packages);
    }

    /** An overridden method counts once. */
    private static Collection<Method> methods(Class<?> type) {
        Map<String, Method> found = new LinkedHashMap<>();
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            Arrays.stream(owner.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(ToolMethod.class) && !method.isBridge())
                    .forEach(method -> found.putIfAbsent(signature(method), method));
        }
        return found.values();
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    private static Tool tool(Object target, Method method) {
        ToolMethod about = method.getAnnotation(ToolMethod.class);
        String name = about.name().isEmpty() ? method.getName() : about.name();
        MethodHandler handler = MethodHandler.of(target, target.getClass(), method);
        Tool.Builder builder = Tool.builder(name)
                .description(about.value())
                .input(handler.inputSchema())
                .handler(handler)
                .requiresApproval(about.requiresApproval())
                .atMostOnce(about.atMostOnce())
                .blocking(about.blocking());
        return (about.timeout().isEmpty() ? builder : builder.timeout(timeout(name, about.timeout()))).build();
    }

    private static Duration timeout(String tool, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new ToolConfigurationException(tool, "its timeout must be a duration as PT5S, and is " + text);
        }
    }
}
