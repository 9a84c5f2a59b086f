package io.cortexreactive.agent.discovered;

import io.cortexreactive.agent.AgentClass;
import io.cortexreactive.tool.ToolMethod;

/** Found in its package. */
@AgentClass(id = "greeter", description = "Greets people")
public final class Greeter {

    @ToolMethod("Greets")
    String greet(String name) {
        return "Hello " + name;
    }

    @AgentClass(id = "asker")
    static final class Nested {}

    @AgentClass(id = "never")
    abstract static class Unfinished {}

    static final class Plain {}
}
