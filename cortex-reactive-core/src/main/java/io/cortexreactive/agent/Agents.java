package io.cortexreactive.agent;

import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolMethod;
import io.cortexreactive.tool.Tools;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Makes and finds agents. All of it reads classes, which may block: do it at start-up, and not on an event loop. */
public final class Agents {

    private Agents() {}

    /** A class that defines an agent; named in {@code META-INF/services}, it is found by {@link #discover()}. */
    @FunctionalInterface
    public interface Source {

        /** The agent. */
        AgentDefinition definition();
    }

    /**
     * The agent that an object's class says it is; see {@link AgentClass}.
     *
     * @throws AgentConfigurationException if the class does not say, or says what cannot work
     * @throws io.cortexreactive.tool.ToolConfigurationException if one of its methods cannot be a tool
     */
    public static AgentDefinition from(Object annotated) {
        return define(annotated).build();
    }

    /** The same, to add what an annotation cannot say, such as memory. */
    public static AgentDefinition.Builder define(Object annotated) {
        AgentClass about = annotation(annotated.getClass());
        AgentDefinition.Builder builder = Agent.define(about.id())
                .description(about.description())
                .tools(ownTools(annotated))
                .tools(about.tools())
                .agents(about.agents())
                .handOffs(about.handOffs())
                .maxIterations(about.maxIterations());
        if (!about.name().isEmpty()) {
            builder.name(about.name());
        }
        if (!about.systemPrompt().isEmpty()) {
            builder.systemPrompt(about.systemPrompt());
        }
        if (!about.provider().isEmpty()) {
            builder.provider(about.provider());
        }
        return about.model().isEmpty() ? builder : builder.model(about.model());
    }

    /** Also from above: a container may have put a class of its own below. */
    private static AgentClass annotation(Class<?> type) {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            AgentClass about = owner.getDeclaredAnnotation(AgentClass.class);
            if (about != null) {
                return about;
            }
        }
        throw new AgentConfigurationException(type + " has no @AgentClass.");
    }

    private static List<Tool> ownTools(Object annotated) {
        for (Class<?> owner = annotated.getClass(); owner != null; owner = owner.getSuperclass()) {
            if (Arrays.stream(owner.getDeclaredMethods())
                    .anyMatch(method -> method.isAnnotationPresent(ToolMethod.class))) {
                return Tools.from(annotated);
            }
        }
        return List.of();
    }

    /**
     * The agents that {@link ServiceLoader} finds: those of every {@link Source}.
     *
     * @throws AgentConfigurationException if one cannot be made
     */
    public static List<AgentDefinition> discover() {
        try {
            return ServiceLoader.load(Source.class).stream()
                    .map(found -> found.get().definition())
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw new AgentConfigurationException("An agent that is registered as a service: " + e.getMessage(), e);
        }
    }

    /**
     * The agents of all classes in these packages, and those below, that have {@link AgentClass}, in order of their
     * ids. One object is made of each class, by its constructor without parameters.
     *
     * @throws AgentConfigurationException if a class cannot be made, or two give agents of one id
     */
    public static List<AgentDefinition> discover(Collection<String> packages) {
        if (packages.isEmpty()) {
            return List.of();
        }
        List<AgentDefinition> found = annotatedClasses(packages).stream()
                .map(type -> from(made(type)))
                .sorted(Comparator.comparing(AgentDefinition::id))
                .toList();
        List<String> ids = found.stream().map(AgentDefinition::id).toList();
        if (ids.stream().distinct().count() != ids.size()) {
            throw new AgentConfigurationException("Two classes have agents of one id, among " + ids + ".");
        }
        return found;
    }

    private static List<Class<?>> annotatedClasses(Collection<String> packages) {
        ClassGraph graph = new ClassGraph()
                .acceptPackages(packages.toArray(String[]::new))
                .enableAnnotationInfo()
                .ignoreClassVisibility();
        try (ScanResult found = graph.scan()) {
            return found.getClassesWithAnnotation(AgentClass.class).stream()
                    .filter(type -> !type.isAbstract() && !type.isInterface())
                    .<Class<?>>map(ClassInfo::loadClass)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new AgentConfigurationException("Packages " + packages + " cannot be searched: " + e.getMessage(), e);
        }
    }

    private static Object made(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new AgentConfigurationException(
                    type.getName()
                            + " is an agent but cannot be made: it needs a constructor without parameters. Or leave"
                            + " its package out, and register Agents.from(..) of one that you have made.",
                    e);
        }
    }
}
