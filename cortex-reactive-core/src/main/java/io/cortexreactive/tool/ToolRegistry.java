package io.cortexreactive.tool;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ToolDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The tools there are: at most 256. In memory and synchronous; thread-safe. */
public interface ToolRegistry {

    /**
     * Adds a tool; one of the same name is replaced.
     *
     * @throws ToolConfigurationException if its name cannot be one
     * @throws io.cortexreactive.error.LimitExceededException if there are 256 already
     */
    void register(Tool tool);

    /**
     * The tool.
     *
     * @throws ToolNotFoundException if there is none of this name; it names those there are
     */
    Tool get(String name);

    /** The tool, if there is one of this name. */
    Optional<Tool> find(String name);

    /** Whether there is a tool of this name. */
    boolean has(String name);

    /** All tools, in the order they were registered. */
    Collection<Tool> all();

    /** All tools as a model sees them, in the order they were registered. */
    default List<ToolDefinition> definitions() {
        return all().stream().map(Tool::definition).toList();
    }

    /** An empty registry. */
    static ToolRegistry create(EventPublisher events) {
        return new DefaultToolRegistry(events);
    }

    /** A registry of these, which tells nobody. */
    static ToolRegistry of(Collection<Tool> tools) {
        ToolRegistry registry = create(EventPublisher.none());
        tools.forEach(registry::register);
        return registry;
    }
}
