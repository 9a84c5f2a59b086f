package io.cortexreactive.workflow;

import io.cortexreactive.durable.StateJson;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowRegistered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a workflow is made of: nodes, and edges between them. Immutable; bind it with {@link WorkflowEngine#bind}. Two
 * are equal if all parts are, of which a function equals no other one.
 */
public final class WorkflowDefinition {

    private static final Comparator<Edge> FIRST_TO_TRY = Comparator.comparing((Edge edge) -> edge.when() == null)
            .thenComparing(Comparator.comparingInt(Edge::priority).reversed());

    private final String id;
    private final String version;
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final Map<String, WorkflowNode> all = new LinkedHashMap<>();
    private final List<Edge> edges;
    private final Map<String, List<Edge>> ways = new LinkedHashMap<>();
    private final String start;
    private final Set<String> ends;

    /** Of what was checked. */
    private WorkflowDefinition(DefinitionCheck.Parts parts, String start) {
        id = parts.id();
        version = parts.version();
        for (WorkflowNode node : parts.nodes()) {
            nodes.put(node.id(), node);
            DefinitionCheck.withInner(node).forEach(one -> all.put(one.id(), one));
        }
        edges = List.copyOf(parts.edges());
        edges.stream()
                .sorted(FIRST_TO_TRY)
                .forEach(edge -> ways.computeIfAbsent(edge.from(), from -> new ArrayList<>())
                        .add(edge));
        this.start = start;
        ends = Collections.unmodifiableSet(new LinkedHashSet<>(parts.ends()));
    }

    /**
     * A way from a node to another. The one of the highest priority that holds is taken, of equal ones the first; the
     * one without a condition is taken if no other holds.
     *
     * @param when whether it holds; null if it always does
     */
    public record Edge(String from, String to, @Nullable Predicate<WorkflowState> when, int priority) {}

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its version. Runs go on with the version they began with. */
    public String version() {
        return version;
    }

    /**
     * All nodes that have edges, in the order they were added; those inside of parallel nodes and loops are in these.
     */
    public Collection<WorkflowNode> nodes() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    /** All edges; the two ways of a condition are edges, too. */
    public List<Edge> edges() {
        return edges;
    }

    /** The node that comes first. */
    public String start() {
        return start;
    }

    /** The nodes after which a run is completed. */
    public Collection<String> ends() {
        return ends;
    }

    /** The node of this id, also one inside of another; null if there is none. */
    @Nullable
    WorkflowNode node(String nodeId) {
        return all.get(nodeId);
    }

    /** The node of this id that edges may lead to; null if there is none. */
    @Nullable
    WorkflowNode main(String nodeId) {
        return nodes.get(nodeId);
    }

    /** Where a run is; one that was saved and says nothing of that begins. */
    String next(RunImage image) {
        Object next = image.control().get(RunImage.Control.NEXT);
        return next == null ? start : next.toString();
    }

    /** Whether a condition decides where to go from a node. */
    boolean isFork(String node) {
        return ways.getOrDefault(node, List.of()).stream().anyMatch(edge -> edge.when() != null);
    }

    /**
     * Where to go from a node; null if the run ends there.
     *
     * @throws NoWayOnException if it is no end, and nothing leads on; or if a condition cannot be told
     */
    @Nullable
    Edge next(String node, WorkflowState state) {
        if (ends.contains(node)) {
            return null;
        }
        List<Edge> tried = ways.getOrDefault(node, List.of());
        for (Edge edge : tried) {
            if (holds(edge, state)) {
                return edge;
            }
        }
        throw NoWayOnException.from(node, tried.stream().map(Edge::to).toList());
    }

    private static boolean holds(Edge edge, WorkflowState state) {
        try {
            return edge.when() == null || edge.when().test(state);
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            throw NoWayOnException.untold(edge.from(), edge.to(), e);
        }
    }

    /** Runs go on with what they began with, so there can be only one of an id and version. */
    WorkflowDefinitionException isAnother() {
        return new WorkflowDefinitionException(
                id,
                List.of("another one is known as version '" + version
                        + "', and runs may be under way in it; make a definition once, and give a changed one a new"
                        + " version"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WorkflowDefinition that
                && toString().equals(that.toString())
                && nodes.equals(that.nodes)
                && edges.equals(that.edges)
                && start.equals(that.start)
                && ends.equals(that.ends);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return id + "@" + version;
    }

    /** Collects a definition; not thread-safe. */
    public static final class Builder {

        private static final int CONCURRENCY = 8;

        private final String id;
        private String version = "1";
        private final List<WorkflowNode> nodes = new ArrayList<>();
        private final List<Edge> edges = new ArrayList<>();
        private final Map<String, WorkflowNode.Settings> settings = new LinkedHashMap<>();
        private @Nullable String start;
        private final Set<String> ends = new LinkedHashSet<>();

        Builder(String id) {
            this.id = id;
        }

        /**
         * Its version; {@code 1} by default. Runs go on with the version they began with, so one that has runs must
         * stay registered as it is, and a changed workflow is a new version.
         */
        public Builder version(String value) {
            version = value;
            return this;
        }

        /** Any node. */
        public Builder node(WorkflowNode node) {
            nodes.add(node);
            return this;
        }

        /** Code of the application. */
        public Builder callback(String id, Function<NodeContext, Mono<NodeResult>> body) {
            return node(WorkflowNode.callback(id, body));
        }

        /** An agent, on the input of the run if that has a text {@code input}, or on all that the run knows as JSON. */
        public Builder agent(String id, String agentId) {
            return agent(id, agentId, Builder::inputOf);
        }

        private static String inputOf(WorkflowState state) {
            return state.data().get("input") instanceof String text
                    ? text
                    : StateJson.write(StateJson.plainMap(state.data(), "data"), Integer.MAX_VALUE)
                            .text();
        }

        /** An agent, on this input; its output is the agent's. */
        public Builder agent(String id, String agentId, Function<WorkflowState, String> input) {
            return node(WorkflowNode.agent(id, agentId, input));
        }

        /** A tool, on this input; its output is the tool's. One that reports an error fails the node. */
        public Builder tool(String id, Tool tool, Function<WorkflowState, Map<String, Object>> input) {
            return node(WorkflowNode.tool(id, tool, input));
        }

        /** Goes on with one node if something holds, and with another otherwise. It has no other edges. */
        public Builder condition(String id, Predicate<WorkflowState> holds, String yes, String no) {
            return node(new WorkflowNode.Condition(id, WorkflowNode.Settings.DEFAULTS, holds, yes, no));
        }

        /** Several nodes at once, 8 at a time at most. */
        public Builder parallel(String id, Merge merge, WorkflowNode... branches) {
            return parallel(id, merge, CONCURRENCY, branches);
        }

        /**
         * Several nodes at once.
         *
         * @param concurrency how many at a time
         */
        public Builder parallel(String id, Merge merge, int concurrency, WorkflowNode... branches) {
            return node(new WorkflowNode.Parallel(
                    id, WorkflowNode.Settings.DEFAULTS, merge, concurrency, listOf(branches)));
        }

        /**
         * A node again and again, while something holds.
         *
         * @param again looked at before each time
         * @param max how often at most; more fail the node
         */
        public Builder loop(String id, WorkflowNode body, Predicate<WorkflowState> again, int max) {
            return node(new WorkflowNode.Loop(id, WorkflowNode.Settings.DEFAULTS, body, again, max));
        }

        /**
         * Waits for {@link Workflow#resume}; its output is the answer. That the timeout is over is noticed by engines
         * that are {@linkplain WorkflowEngine#start() started}; while none is, the run stays paused.
         *
         * @param message for people
         * @param schema what an answer looks like; null for anything
         * @param timeout how long to wait; null for ever
         * @param onTimeout what happens then
         */
        public Builder humanInput(
                String id, String message, @Nullable Schema schema, @Nullable Duration timeout, OnTimeout onTimeout) {
            return node(WorkflowNode.humanInput(id, message, schema, timeout, onTimeout));
        }

        /** A run of another workflow, on this input; its output is that run's. */
        public Builder subWorkflow(String id, String workflowId, Function<WorkflowState, Map<String, Object>> input) {
            return node(WorkflowNode.subWorkflow(id, workflowId, input));
        }

        /** Waits, without holding anything. */
        public Builder delay(String id, Duration delay) {
            return node(new WorkflowNode.Delay(id, WorkflowNode.Settings.DEFAULTS, delay));
        }

        /** How a node is run, also one inside of another. */
        public Builder settings(String node, WorkflowNode.Settings value) {
            settings.put(node, value);
            return this;
        }

        /**
         * A way that is taken if no other of the node holds. A node that only {@link NodeResult#goTo} leads to needs an
         * edge as well, which may never hold.
         */
        public Builder edge(String from, String to) {
            edges.add(new Edge(from, to, null, 0));
            return this;
        }

        /** A way that is taken if it holds, and none of a higher priority does. */
        public Builder edge(String from, String to, Predicate<WorkflowState> when, int priority) {
            edges.add(new Edge(from, to, when, priority));
            return this;
        }

        /** The node that comes first; by default the one that no edge leads to, or the first if edges lead to all. */
        public Builder startAt(String node) {
            start = node;
            return this;
        }

        /** Nodes after which a run is completed; by default all that have no edges. */
        public Builder endAt(String... nodes) {
            ends.addAll(listOf(nodes));
            return this;
        }

        private static <T> List<T> listOf(T @Nullable [] given) {
            return given == null ? List.of() : Arrays.asList(given);
        }

        /**
         * The definition. That it can end is checked by its edges: from each node, these lead to an end, or to a
         * callback, which may end the run or go anywhere. Whether a condition or callback ever lets it end is not
         * known; {@link RunOptions} have a limit of time for the run as a whole.
         *
         * @throws WorkflowDefinitionException with everything that is wrong with it
         */
        public WorkflowDefinition build() {
            DefinitionCheck.Missing missing = new DefinitionCheck.Missing();
            DefinitionCheck.Parts there = missing.in(new DefinitionCheck.Parts(id, version, nodes, edges, start, ends));
            Map<String, WorkflowNode.Settings> set = missing.in(settings);
            DefinitionCheck.Parts parts = DefinitionCheck.complete(there, set);
            List<String> problems = new ArrayList<>(missing.problems());
            problems.addAll(new DefinitionCheck(parts, there.edges(), set.keySet()).problems());
            if (!problems.isEmpty()) {
                throw new WorkflowDefinitionException(String.valueOf(id), problems);
            }
            return new WorkflowDefinition(parts, Objects.requireNonNull(parts.start()));
        }
    }

    /** Definitions by id and version. */
    static final class Registry implements WorkflowRegistry {

        private final EventPublisher events;

        /** By id and version, as text. */
        private volatile Map<String, WorkflowDefinition> workflows = Map.of();

        private volatile Map<String, WorkflowDefinition> latest = Map.of();

        Registry(EventPublisher events) {
            this.events = events;
        }

        @Override
        public void register(WorkflowDefinition workflow) {
            if (add(workflow) && events.wants(WorkflowRegistered.class)) {
                events.publish(new WorkflowRegistered(EventMeta.now(), workflow.id()));
            }
        }

        /** False if it was there. */
        private synchronized boolean add(WorkflowDefinition workflow) {
            Map<String, WorkflowDefinition> changed = new LinkedHashMap<>(workflows);
            WorkflowDefinition there = changed.putIfAbsent(workflow.toString(), workflow);
            if (there != null && !there.equals(workflow)) {
                throw workflow.isAnother();
            }
            Map<String, WorkflowDefinition> last = new LinkedHashMap<>(latest);
            last.put(workflow.id(), there == null ? workflow : there);
            workflows = changed;
            latest = last;
            return there == null;
        }

        @Override
        public WorkflowDefinition get(String id) {
            return find(id).orElseThrow(() -> WorkflowNotFoundException.forId(id, latest.keySet()));
        }

        @Override
        public WorkflowDefinition get(String id, String version) {
            String both = id + "@" + version;
            WorkflowDefinition found = workflows.get(both);
            if (found == null) {
                throw WorkflowNotFoundException.forId(both, workflows.keySet());
            }
            return found;
        }

        @Override
        public Optional<WorkflowDefinition> find(String id) {
            return Optional.ofNullable(latest.get(id));
        }

        @Override
        public boolean has(String id) {
            return latest.containsKey(id);
        }

        @Override
        public Collection<WorkflowDefinition> all() {
            return List.copyOf(workflows.values());
        }
    }
}
