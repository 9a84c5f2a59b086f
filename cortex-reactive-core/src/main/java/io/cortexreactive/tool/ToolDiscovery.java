package io.cortexreactive.tool;

import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.lang.reflect.Constructor;
import java.util.Collection;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds tools on the class path. */
final class ToolDiscovery {

    private ToolDiscovery() {}

    static List<Tool> services() {
        try {
            return ServiceLoader.load(Tool.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw new ToolConfigurationException("A tool that is registered as a service: " + e.getMessage(), e);
        }
    }

    static List<Tool> packages(Collection<String> packages) {
        if (packages.isEmpty()) {
            return List.of();
        }
        return annotatedClasses(packages).stream()
                .flatMap(type -> Tools.from(make(type)).stream())
                .toList();
    }

    private static List<Class<?>> annotatedClasses(Collection<String> packages) {
        ClassGraph graph = new ClassGraph()
                .acceptPackages(packages.toArray(String[]::new))
                .enableMethodInfo()
                .enableAnnotationInfo()
                .ignoreClassVisibility()
                .ignoreMethodVisibility();
        try (ScanResult found = graph.scan()) {
            return found.getClassesWithMethodAnnotation(ToolMethod.class).stream()
                    .filter(type -> !type.isAbstract() && !type.isInterface())
                    .<Class<?>>map(ClassInfo::loadClass)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ToolConfigurationException("Packages " + packages + " cannot be searched: " + e.getMessage(), e);
        }
    }

    private static Object make(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ToolConfigurationException(
                    type.getName()
                            + " has tools but cannot be made: it needs a constructor without parameters. Or leave"
                            + " its package out, and register Tools.from(..) of one that you have made.",
                    e);
        }
    }
}
