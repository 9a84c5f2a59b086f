package io.cortexreactive.persistence;

import io.cortexreactive.workflow.Merge;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** What the runs of fault tests are of. What a node does depends on its name alone, and on the process it runs in. */
record FaultWorkflows(String version, Function<NodeContext, Mono<NodeResult>> body) {

    /** Some nodes, three branches, and a question. */
    static final String LINE = "line";

    /** The nodes of a line that write to the ledger. */
    static final int NODES_OF_LINE = 6;

    /** A node between two others that goes on when it is told to. */
    static final String GATED = "gated";

    /** The same for three branches of eight. */
    static final String EIGHT = "eight";

    /** A timer between two nodes. */
    static final String NAP = "nap";

    /** A node that kills its process. */
    static final String DEADLY = "deadly";

    /** A node that nothing in its process ends. */
    static final String HANGING = "hanging";

    /** How long a nap takes: a lease of those workers whose leases are short. */
    static final Duration SHORT = Duration.ofSeconds(1);

    List<WorkflowDefinition> all() {
        return List.of(
                line(), around(GATED, callback("gate")), eight(), nap(), around(DEADLY, callback("die")), hanging());
    }

    WorkflowDefinition named(String id) {
        return all().stream()
                .filter(definition -> definition.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private WorkflowNode callback(String id) {
        return WorkflowNode.callback(id, body);
    }

    private WorkflowDefinition line() {
        return Workflow.define(LINE)
                .version(version)
                .callback("begin", body)
                .parallel("fan", Merge.all(), callback("left"), callback("middle"), callback("right"))
                .humanInput("ask", "Go on?", null, null, OnTimeout.fail())
                .callback("check", body)
                .callback("end", body)
                .edge("begin", "fan")
                .edge("fan", "ask")
                .edge("ask", "check")
                .edge("check", "end")
                .build();
    }

    private WorkflowDefinition around(String id, WorkflowNode middle) {
        return Workflow.define(id)
                .version(version)
                .callback("begin", body)
                .node(middle)
                .callback("end", body)
                .edge("begin", middle.id())
                .edge(middle.id(), "end")
                .build();
    }

    private WorkflowDefinition eight() {
        WorkflowNode[] branches = Stream.concat(
                        IntStream.rangeClosed(1, 5).mapToObj(i -> callback("free" + i)),
                        IntStream.rangeClosed(6, 8).mapToObj(i -> callback("gate" + i)))
                .toArray(WorkflowNode[]::new);
        return Workflow.define(EIGHT)
                .version(version)
                .parallel("fan", Merge.all(), branches)
                .callback("end", body)
                .edge("fan", "end")
                .build();
    }

    private WorkflowDefinition nap() {
        return Workflow.define(NAP)
                .version(version)
                .callback("begin", body)
                .delay("nap", SHORT)
                .callback("end", body)
                .edge("begin", "nap")
                .edge("nap", "end")
                .build();
    }

    private WorkflowDefinition hanging() {
        return around(HANGING, callback("hang").with(WorkflowNode.Settings.timeout(SHORT)));
    }
}
