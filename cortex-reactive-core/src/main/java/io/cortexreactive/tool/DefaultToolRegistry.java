package io.cortexreactive.tool;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.schema.InvalidSchemaException;
import io.cortexreactive.tool.ToolEvent.ToolRegistered;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import reactor.core.scheduler.Schedulers;

final class DefaultToolRegistry implements ToolRegistry {

    private static final int MAX_TOOLS = 256;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private final EventPublisher events;
    private volatile Map<String, Tool> tools = Map.of();

    DefaultToolRegistry(EventPublisher events) {
        this.events = events;
    }

    @Override
    public void register(Tool tool) {
        String name = tool.definition().name();
        requireName(name);
        if (!Schedulers.isInNonBlockingThread()) {
            requireSchemas(name, tool);
        }
        add(name, tool);
        if (events.wants(ToolRegistered.class)) {
            events.publish(new ToolRegistered(EventMeta.now(), name));
        }
    }

    /** What providers take. */
    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ToolConfigurationException(name, "its name must be 1 to 64 letters, digits, _ and -");
        }
    }

    /** Compiles them, which the first call would have to wait for. */
    private static void requireSchemas(String name, Tool tool) {
        try {
            tool.definition().inputSchema().validate(Map.of());
            if (tool.outputSchema() != null) {
                tool.outputSchema().validate(null);
            }
        } catch (InvalidSchemaException e) {
            throw new ToolConfigurationException("Tool '" + name + "' cannot be used: " + e.getMessage(), e);
        }
    }

    private synchronized void add(String name, Tool tool) {
        Map<String, Tool> changed = new LinkedHashMap<>(tools);
        changed.put(name, tool);
        if (changed.size() > MAX_TOOLS) {
            throw new LimitExceededException("tools", MAX_TOOLS, changed.size());
        }
        tools = changed;
    }

    @Override
    public Tool get(String name) {
        return find(name).orElseThrow(() -> new ToolNotFoundException(name, tools.keySet()));
    }

    @Override
    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    @Override
    public boolean has(String name) {
        return tools.containsKey(name);
    }

    @Override
    public Collection<Tool> all() {
        return List.copyOf(tools.values());
    }
}
