package io.cortexreactive.agent;

import io.cortexreactive.message.Message;
import io.cortexreactive.tool.Tool;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A model that calls tools until it is done. It is run on a USER message that says something; any other is refused with
 * {@link AgentInputException}.
 *
 * <p>Every publisher is cold: each subscription is a run of its own, and nothing is spent before it. Demand and cancel
 * reach the call to the model, down to the wire, and the tools under way. A run fails with the error of the call to the
 * model, or where a tool's call cannot even be answered; errors of tools go back to the model. Signals come on
 * whichever thread delivers. Thread-safe.
 */
public interface Agent {

    /** What it is made of. */
    AgentDefinition definition();

    /** Its id. */
    default String id() {
        return definition().id();
    }

    /** Runs it: {@link #stream}, of which only the end is kept. */
    Mono<AgentResponse> run(Message input, AgentContext context);

    /** Runs it on what the user says. */
    default Mono<AgentResponse> run(String input, AgentContext context) {
        return run(Message.user(input), context);
    }

    /** Runs it on what the user says, outside of any conversation. */
    default Mono<AgentResponse> run(String input) {
        return run(input, AgentContext.NONE);
    }

    /** Runs it and tells each step as it happens. The last step is {@link AgentStep.Completed}. */
    Flux<AgentStep> stream(Message input, AgentContext context);

    /** Runs it on what the user says, and tells each step. */
    default Flux<AgentStep> stream(String input, AgentContext context) {
        return stream(Message.user(input), context);
    }

    /** Runs it on what the user says, outside of any conversation, and tells each step. */
    default Flux<AgentStep> stream(String input) {
        return stream(input, AgentContext.NONE);
    }

    /**
     * A run in the background, on whichever worker has room: nothing happens before it is
     * {@linkplain PendingAgentRun#dispatch dispatched}. The agent is found by its id then, and so must be registered.
     *
     * @param context without an approval, as whoever may decides by {@link AgentRuns#approve}, and without a key, as
     *     the run is dispatched under its own
     * @throws AgentConfigurationException if the agent runs on nothing that has a queue, or the context has one of
     *     these
     */
    default PendingAgentRun runAsync(Message input, AgentContext context) {
        throw new AgentConfigurationException("Agent '" + id() + "' runs on nothing that has a queue; take one of"
                + " cortex.agent(id), or give its AgentRuntime.Around some AgentRuns.");
    }

    /** A run in the background, on what the user says. */
    default PendingAgentRun runAsync(String input, AgentContext context) {
        return runAsync(Message.user(input), context);
    }

    /** A run in the background, on what the user says, outside of any conversation. */
    default PendingAgentRun runAsync(String input) {
        return runAsync(input, AgentContext.NONE);
    }

    /**
     * Itself as a tool that other agents call, by its id. Its steps reach the stream of whoever calls it, and cancel
     * and the tenant reach it.
     */
    default Tool asTool() {
        return AgentTool.of(this);
    }

    /**
     * Starts the definition of an agent that leads others: it gives each part of the work to the one that fits, and
     * answers with what came of it. The prompt may be replaced.
     *
     * @param agents the ids of those it leads
     */
    static AgentDefinition.Builder supervisor(String id, String... agents) {
        return define(id)
                .agents(agents)
                .systemPrompt("You lead other agents, which you call as tools. Give each part of the work to the agent"
                        + " that fits best, with all that it must know, since it knows nothing else; independent parts"
                        + " at once. Check what comes back, ask again where it does not do, and then answer with the"
                        + " result, in your own words.");
    }

    /**
     * Starts the definition of an agent of this id.
     *
     * @throws AgentConfigurationException if the id is blank, has over 600 bytes in UTF-8, a NUL or half a surrogate
     *     pair: no queue could keep runs of it
     */
    static AgentDefinition.Builder define(String id) {
        return new AgentDefinition.Builder(id);
    }

    /**
     * An agent that can run.
     *
     * @throws AgentNotFoundException if it names an agent that is not registered
     * @throws io.cortexreactive.tool.ToolNotFoundException if it names a tool that is not registered
     * @throws io.cortexreactive.provider.ProviderNotFoundException if it names a provider that is not registered
     */
    static Agent bind(AgentDefinition definition, AgentRuntime runtime) {
        return DefaultAgent.of(definition, runtime);
    }
}
