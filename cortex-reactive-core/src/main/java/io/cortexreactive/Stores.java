package io.cortexreactive;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
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
 * @param broadcaster channels
 * @param background those of agents in the background
 */
record Stores(Conversations conversations, RunStore runs, Broadcaster broadcaster, Background background) {

    /** @param runs null for the memory of this process, which forgets as the configuration says */
    static Stores of(
            ConversationStore conversations, @Nullable RunStore runs, Broadcaster broadcaster, CortexConfig config) {
        CortexConfig.WorkflowSettings settings = config.workflow();
        CortexConfig.Persistence kept = settings.persistence();
        RunStore store = runs == null ? RunStore.inMemory(kept.ttl(), kept.pausedTtl()) : runs;
        return new Stores(
                Conversations.on(conversations),
                store.withMaxStateBytes(settings.engine().maxStateBytes()),
                broadcaster,
                new Background(AgentRunQueue.inMemory(), true, config.agent().runs()));
    }

    /**
     * @param queue null for the memory of this process
     * @param settings null for those of the configuration
     */
    Stores with(@Nullable AgentRunQueue queue, @Nullable AgentRunSettings settings) {
        AgentRunQueue kept = queue == null ? background.queue() : queue;
        AgentRunSettings running = settings == null ? background.settings() : settings;
        return new Stores(conversations, runs, broadcaster, new Background(kept, queue == null, running));
    }

    /**
     * Runs of agents.
     *
     * @param alone whether they are in the memory of this process, so that nobody else can take them
     * @param settings how they are run
     */
    record Background(AgentRunQueue queue, boolean alone, AgentRunSettings settings) {}
}
