package io.cortexreactive;

import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.agent.queue.AgentRunSettings.Queue;
import io.cortexreactive.durable.Ids;
import java.util.List;

/** Reads the section of agents in the background. */
final class AgentRunsReader {

    private static final String PER_TENANT = "per_tenant";
    private static final String MOST_WAITING = "most_waiting";

    private AgentRunsReader() {}

    static AgentRunSettings read(ConfigNode node) {
        node.allowOnly("queues", "lease", "scan", "watch", "drain", "max_entry_bytes");
        AgentRunSettings fallback = AgentRunSettings.DEFAULTS;
        return new AgentRunSettings(
                queues(node.section("queues"), fallback.queues()),
                WorkflowReader.lease(node.section("lease")),
                node.duration("scan", fallback.scan()),
                node.duration("watch", fallback.watch()),
                node.duration("drain", fallback.drain()),
                node.positive("max_entry_bytes", fallback.maxEntryBytes()));
    }

    private static List<Queue> queues(ConfigNode node, List<Queue> fallback) {
        for (String name : node.names()) {
            String problem = Ids.problem(name);
            if (problem != null) {
                throw node.wrong("must have queues with names, and one " + problem);
            }
        }
        return node.names().isEmpty()
                ? fallback
                : node.names().stream()
                        .map(name -> queue(name, node.section(name)))
                        .toList();
    }

    private static Queue queue(String name, ConfigNode node) {
        node.allowOnly("concurrency", PER_TENANT, MOST_WAITING);
        Queue fallback = Queue.of(name);
        return new Queue(
                name,
                node.positive("concurrency", fallback.concurrency()),
                node.positive(PER_TENANT, fallback.perTenant()),
                node.text(MOST_WAITING) == null
                        ? fallback.mostWaiting()
                        : Integer.valueOf(node.positive(MOST_WAITING, 1)));
    }
}
