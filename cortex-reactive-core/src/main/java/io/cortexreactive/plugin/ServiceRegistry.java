package io.cortexreactive.plugin;

import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Implementations by their interface: a feature registers its own, and a plugin may put another in its place. */
public interface ServiceRegistry {

    /**
     * Offers an implementation.
     *
     * @throws PluginConflictException if there is one already, naming who registered it: replacing is {@link #replace}
     */
    <T> void register(Class<T> type, T implementation);

    /**
     * Puts another implementation in place of one, and perhaps around it. Whoever got the old one keeps it, so replace
     * while plugins register.
     *
     * @param replacement is given the present one
     * @throws ServiceNotFoundException if there is none
     */
    <T> void replace(Class<T> type, UnaryOperator<T> replacement);

    /**
     * The implementation.
     *
     * @throws ServiceNotFoundException if there is none; it names those there are
     */
    <T> T get(Class<T> type);

    /** The implementation, if there is one. */
    <T> Optional<T> find(Class<T> type);

    /** The interfaces there are implementations of. */
    Set<Class<?>> types();
}
