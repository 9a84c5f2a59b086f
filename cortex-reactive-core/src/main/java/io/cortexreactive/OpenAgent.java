package io.cortexreactive;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.message.Message;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An agent whose runs closing knows. */
record OpenAgent(Agent agent, OpenCalls open) implements Agent {

    @Override
    public AgentDefinition definition() {
        return agent.definition();
    }

    @Override
    public Mono<AgentResponse> run(Message input, AgentContext context) {
        return open.known(agent.run(input, context).flux()).single();
    }

    @Override
    public PendingAgentRun runAsync(Message input, AgentContext context) {
        return agent.runAsync(input, context);
    }

    @Override
    public Flux<AgentStep> stream(Message input, AgentContext context) {
        return open.known(agent.stream(input, context));
    }
}
