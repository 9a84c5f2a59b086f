package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.message.Message;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has to know of a run to begin it: what its row keeps as the state, which never changes.
 *
 * @param place where it stands in line
 * @param root the run of which it is a repetition; its own id if of none
 */
record Job(
        Message input,
        @Nullable String conversationId,
        Map<String, Object> variables,
        AgentLimits limits,
        int maxAttempts,
        @Nullable String channel,
        Carried carried,
        Place place,
        String root) {

    /** A place in a line. */
    record Place(String queue, int priority) {

        private static Place read(Map<String, Object> plain) {
            return new Place(StepJson.text(plain.get("queue")), priority(plain.get("priority")));
        }

        /** Runs that were begun by an older version do not say theirs. */
        private static int priority(@Nullable Object plain) {
            return plain == null ? PendingAgentRun.Terms.DEFAULTS.priority() : StepJson.number(plain);
        }
    }

    static Job of(PendingAgentRun run, Carried carried) {
        AgentContext context = run.work().context();
        return new Job(
                run.work().input(),
                context.conversationId(),
                context.variables(),
                context.limits(),
                run.terms().maxAttempts(),
                run.terms().channel(),
                carried,
                new Place(run.terms().queue(), run.terms().priority()),
                run.runId());
    }

    static Job of(RunRecord run) {
        Map<String, Object> plain = StateJson.read(run.snapshot().json());
        return new Job(
                StepJson.read(plain.get("input"), Message.class),
                textOrNull(plain.get("conversationId")),
                StepJson.map(plain.get("variables")),
                StepJson.read(plain.get("limits"), AgentLimits.class),
                StepJson.number(plain.get("maxAttempts")),
                textOrNull(plain.get("channel")),
                Carried.read(plain),
                Place.read(plain),
                StepJson.text(plain.get("root")));
    }

    private static @Nullable String textOrNull(@Nullable Object plain) {
        return plain == null ? null : plain.toString();
    }

    /**
     * What it is to do, and on what terms, told apart from another job under the same idempotency key. How soon it is
     * to be done may be said otherwise when it is said again.
     */
    String hash() {
        Map<String, Object> plain = plain();
        plain.keySet().removeAll(Set.of("root", "priority"));
        plain.keySet().removeAll(Carried.KEYS);
        return StateJson.hash(plain);
    }

    /** @throws io.cortexreactive.durable.StateNotStorableException if it is too large */
    String toJson(int limit) {
        return StateJson.write(plain(), limit).text();
    }

    private Map<String, Object> plain() {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        plain.put("input", input);
        plain.put("conversationId", conversationId);
        plain.put("variables", variables);
        plain.put("limits", limits);
        plain.put("maxAttempts", maxAttempts);
        plain.put("channel", channel);
        carried.keepIn(plain);
        plain.put("queue", place.queue());
        plain.put("priority", place.priority());
        plain.put("root", root);
        return new HashMap<>(StateJson.plainMap(plain, "run"));
    }

    /** As the agent is to have it in each attempt. */
    AgentContext context(Checkpoint checkpoint) {
        return new AgentContext(conversationId, variables, limits, checkpoint, root);
    }
}
