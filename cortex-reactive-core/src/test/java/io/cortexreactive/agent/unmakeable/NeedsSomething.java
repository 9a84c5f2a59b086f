package io.cortexreactive.agent.unmakeable;

import io.cortexreactive.agent.AgentClass;
import io.cortexreactive.tool.ToolMethod;

@AgentClass(id = "needy")
final class NeedsSomething {

    private final String something;

    NeedsSomething(String something) {
        this.something = something;
    }

    @ToolMethod("Gives it")
    String give() {
        return something;
    }
}
