package io.cortexreactive.agent.discovered;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.Agents;

/** Found as a service. */
public final class ServiceAgent implements Agents.Source {

    @Override
    public AgentDefinition definition() {
        return Agent.define("service").description("Serves").build();
    }
}
