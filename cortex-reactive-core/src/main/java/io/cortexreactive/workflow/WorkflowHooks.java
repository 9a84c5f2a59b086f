package io.cortexreactive.workflow;

import io.cortexreactive.plugin.Hook;
import org.jspecify.annotations.Nullable;

/** Where plugins hook into workflows. A veto or a failure fails the node. */
public final class WorkflowHooks {

    /** Before a node is run, in each attempt. What a handler returns does not count. */
    public static final Hook<Entering> BEFORE_NODE = Hook.of("workflow.before_node", Entering.class);

    /** When a node is done, before that is committed. What a handler makes of the output is kept instead. */
    public static final Hook<Exiting> AFTER_NODE = Hook.of("workflow.after_node", Exiting.class);

    private WorkflowHooks() {}

    /** A node that is about to be run. */
    public record Entering(String workflow, NodeContext context) {}

    /** A node that is done. */
    public record Exiting(
            String workflow, NodeContext context, @Nullable Object output) {

        /** The same, with another output. */
        public Exiting withOutput(@Nullable Object value) {
            return new Exiting(workflow, context, value);
        }
    }
}
