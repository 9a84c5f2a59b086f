package io.cortexreactive.agent.twins;

import io.cortexreactive.agent.AgentClass;

final class Twins {

    @AgentClass(id = "twin")
    static final class One {}

    @AgentClass(id = "twin")
    static final class Other {}

    private Twins() {}
}
