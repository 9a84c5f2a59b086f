package io.cortexreactive;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.workflow.RunStore;
import org.jspecify.annotations.Nullable;

/**
 * Where things are kept.
 *
 * @param conversations where all agents remember
 * @param runs those of workflows
 * @param agentRuns those of agents in the background
 * @param alone whether those are in the memory of this process, so that nobody else can take them
 * @param broadcaster channels
 */
record Stores(
        Conversations conversations, RunStore runs, AgentRunQueue agentRuns, boolean alone, Broadcaster broadcaster) {

    /**
     * @param runs null for the memory of this process, which forgets as the configuration says
     * @param agentRuns null for the memory of this process
     */
    static Stores of(
            ConversationStore conversations,
            @Nullable RunStore runs,
            @Nullable AgentRunQueue agentRuns,
            Broadcaster broadcaster,
            CortexConfig.WorkflowSettings settings) {
        CortexConfig.Persistence kept = settings.persistence();
        RunStore store = runs == null ? RunStore.inMemory(kept.ttl(), kept.pausedTtl()) : runs;
        return new Stores(
                Conversations.on(conversations),
                store.withMaxStateBytes(settings.engine().maxStateBytes()),
                agentRuns == null ? AgentRunQueue.inMemory() : agentRuns,
                agentRuns == null,
                broadcaster);
    }
}
