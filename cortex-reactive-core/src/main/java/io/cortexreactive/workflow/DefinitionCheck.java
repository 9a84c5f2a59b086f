package io.cortexreactive.workflow;

import io.cortexreactive.schema.InvalidSchemaException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.workflow.WorkflowDefinition.Edge;
import io.cortexreactive.workflow.WorkflowNode.AgentCall;
import io.cortexreactive.workflow.WorkflowNode.Condition;
import io.cortexreactive.workflow.WorkflowNode.Delay;
import io.cortexreactive.workflow.WorkflowNode.HumanInput;
import io.cortexreactive.workflow.WorkflowNode.Loop;
import io.cortexreactive.workflow.WorkflowNode.Parallel;
import io.cortexreactive.workflow.WorkflowNode.SubWorkflow;
import io.cortexreactive.workflow.WorkflowNode.ToolCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds everything that is wrong with a workflow, at once. */
final class DefinitionCheck {

    private static final int MAX_NAME = 200;

    /** Stores keep no such text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");

    private static final Set<String> RETRY = Set.of("retry");
    private static final Set<String> LIMITS = Set.of("timeout", "deadline");
    private static final Set<String> ALL = Set.of("retry", "timeout", "deadline");

    private final Parts parts;
    private final List<Edge> given;
    private final Set<String> settings;
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final Set<String> inner = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * A check.
     *
     * @param parts completed
     * @param given the edges that the application has added itself
     * @param settings the nodes that it has settings for
     */
    DefinitionCheck(Parts parts, List<Edge> given, Set<String> settings) {
        this.parts = parts;
        this.given = given;
        this.settings = settings;
        for (WorkflowNode node : parts.nodes()) {
            nodes.putIfAbsent(node.id(), node);
            innerOf(node).forEach(one -> inner.add(one.id()));
        }
    }

    /**
     * What a definition is made of.
     *
     * @param start null if it cannot be told
     */
    record Parts(
            String id,
            String version,
            List<WorkflowNode> nodes,
            List<Edge> edges,
            @Nullable String start,
            Collection<String> ends) {}

    /** With its settings, the ways of conditions, and what goes by default. */
    static Parts complete(Parts raw, Map<String, WorkflowNode.Settings> settings) {
        List<WorkflowNode> nodes =
                raw.nodes().stream().map(node -> set(node, settings)).toList();
        List<Edge> edges = new ArrayList<>(raw.edges());
        for (WorkflowNode node : nodes) {
            if (node instanceof Condition condition) {
                edges.add(new Edge(condition.id(), condition.yes(), condition.holds(), 1));
                edges.add(new Edge(condition.id(), condition.no(), null, 0));
            }
        }
        return new Parts(
                raw.id(), raw.version(), nodes, edges, startOf(raw.start(), nodes, edges), endsOf(raw, nodes, edges));
    }

    private static WorkflowNode set(WorkflowNode node, Map<String, WorkflowNode.Settings> settings) {
        WorkflowNode.Settings mine = settings.get(node.id());
        WorkflowNode set = mine == null ? node : node.with(mine);
        if (set instanceof Parallel parallel) {
            List<WorkflowNode> branches = parallel.branches().stream()
                    .map(branch -> set(branch, settings))
                    .toList();
            return new Parallel(parallel.id(), parallel.settings(), parallel.merge(), parallel.concurrency(), branches);
        }
        if (set instanceof Loop loop) {
            return new Loop(loop.id(), loop.settings(), set(loop.body(), settings), loop.again(), loop.max());
        }
        return set;
    }

    private static @Nullable String startOf(@Nullable String given, List<WorkflowNode> nodes, List<Edge> edges) {
        if (given != null || nodes.isEmpty()) {
            return given;
        }
        List<String> roots = roots(nodes, edges);
        if (roots.isEmpty()) {
            return nodes.get(0).id();
        }
        return roots.size() == 1 ? roots.get(0) : null;
    }

    private static List<String> roots(List<WorkflowNode> nodes, List<Edge> edges) {
        Set<String> reached = edges.stream().map(Edge::to).collect(Collectors.toSet());
        return nodes.stream()
                .map(WorkflowNode::id)
                .filter(id -> !reached.contains(id))
                .distinct()
                .toList();
    }

    private static Collection<String> endsOf(Parts raw, List<WorkflowNode> nodes, List<Edge> edges) {
        if (!raw.ends().isEmpty()) {
            return raw.ends();
        }
        Set<String> ends = new LinkedHashSet<>();
        nodes.forEach(node -> ends.add(node.id()));
        edges.forEach(edge -> ends.remove(edge.from()));
        return ends;
    }

    /** A node, and those inside of it. */
    static List<WorkflowNode> withInner(WorkflowNode node) {
        return Stream.concat(Stream.of(node), innerOf(node)).toList();
    }

    private static Stream<WorkflowNode> innerOf(WorkflowNode node) {
        Stream<WorkflowNode> inside = Stream.empty();
        if (node instanceof Parallel parallel) {
            inside = parallel.branches().stream();
        } else if (node instanceof Loop loop) {
            inside = Stream.of(loop.body());
        }
        return inside.flatMap(one -> withInner(one).stream());
    }

    /** What is wrong; empty if nothing is. */
    List<String> problems() {
        checkNames();
        parts.nodes().forEach(this::checkNode);
        given.forEach(this::checkEdge);
        checkAmbiguous();
        checkReferences();
        checkReached();
        checkWayOut();
        return problems;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    private void checkNames() {
        checkName("the workflow's id", parts.id());
        require(
                parts.id().indexOf('/') < 0 && parts.id().indexOf('@') < 0,
                "the workflow's id has a '/' or '@', which are reserved");
        checkName("the workflow's version", parts.version());
        Map<String, Long> counts = parts.nodes().stream()
                .flatMap(node -> withInner(node).stream())
                .collect(Collectors.groupingBy(WorkflowNode::id, LinkedHashMap::new, Collectors.counting()));
        counts.forEach((id, count) -> {
            checkName("the id of node '" + id + "'", id);
            require(
                    id.indexOf('/') < 0 && !id.startsWith("$"),
                    "the id of node '" + id + "' has a '/' or begins with a '$', which are reserved");
            require(count == 1, "there are " + count + " nodes '" + id + "'");
        });
        require(!parts.nodes().isEmpty(), "it has no nodes");
    }

    private void checkName(String what, String name) {
        require(!name.isBlank(), what + " is blank");
        require(name.length() <= MAX_NAME, what + " is longer than " + MAX_NAME + " chars");
        require(!UNPRINTABLE.matcher(name).find(), what + " has a character that cannot be printed");
    }

    private void checkNode(WorkflowNode node) {
        checkSettings(node);
        if (node instanceof Parallel parallel) {
            checkParallel(parallel);
        } else if (node instanceof Loop loop) {
            checkLoop(loop);
        } else if (node instanceof HumanInput human) {
            checkPositive(node, "waits", human.question().timeout());
            checkAnswer(human);
        } else if (node instanceof Delay delay) {
            checkPositive(node, "waits", delay.delay());
        }
    }

    private void checkAnswer(HumanInput human) {
        Schema schema = human.question().schema();
        if (schema != null && human.question().onTimeout() instanceof OnTimeout.UseDefault answer) {
            List<String> refused = refused(schema, answer);
            require(
                    refused.isEmpty(),
                    "node '" + human.id() + "' has a default answer that its own schema refuses: "
                            + String.join("; ", refused));
        }
    }

    private static List<String> refused(Schema schema, OnTimeout.UseDefault answer) {
        try {
            return schema.validate(answer.input()).errors();
        } catch (InvalidSchemaException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void checkSettings(WorkflowNode node) {
        WorkflowNode.Settings set = node.settings();
        checkPositive(node, "has the timeout", set.timeout());
        checkPositive(node, "has the deadline", set.deadline());
        require(set.retry().attempts() >= 1, "node '" + node.id() + "' has less than one attempt");
        require(!set.retry().firstDelay().isNegative(), "node '" + node.id() + "' is tried again before it has failed");
        checkUseful(node);
    }

    /** Settings that would do nothing are no settings. */
    private void checkUseful(WorkflowNode node) {
        if (node instanceof HumanInput) {
            refuse(node, ALL, "its question has a timeout of its own");
        } else if (node instanceof Delay) {
            refuse(node, ALL, "it takes as long as it waits");
        } else if (node instanceof Loop loop) {
            refuse(node, ALL, "they are for its body, '" + loop.body().id() + "'");
        } else if (node instanceof SubWorkflow) {
            refuse(node, RETRY, "the nodes of that workflow have their own");
        } else if (node instanceof Parallel parallel) {
            refuse(node, RETRY, "its branches have their own");
            parallel.branches().stream()
                    .filter(branch -> branch instanceof HumanInput || branch instanceof SubWorkflow)
                    .findFirst()
                    .ifPresent(branch -> refuse(
                            node, LIMITS, "nobody looks at them while '" + branch.id() + "' waits, which has its own"));
        }
    }

    private void refuse(WorkflowNode node, Set<String> useless, String because) {
        WorkflowNode.Settings set = node.settings();
        List<String> given = Stream.of(
                        set.retry().attempts() > 1 ? "retry" : "",
                        set.timeout() == null ? "" : "timeout",
                        set.deadline() == null ? "" : "deadline")
                .filter(useless::contains)
                .toList();
        require(given.isEmpty(), "node '" + node.id() + "' cannot have a " + String.join(", ", given) + ": " + because);
    }

    private void checkPositive(WorkflowNode node, String verb, @Nullable Duration value) {
        require(
                value == null || (!value.isNegative() && !value.isZero()),
                "node '" + node.id() + "' " + verb + " " + value + ", which is no time");
    }

    private void checkParallel(Parallel parallel) {
        require(!parallel.branches().isEmpty(), "node '" + parallel.id() + "' has no branches");
        require(parallel.concurrency() >= 1, "node '" + parallel.id() + "' runs less than one branch at a time");
        for (WorkflowNode branch : parallel.branches()) {
            require(
                    isCall(branch) || branch instanceof HumanInput || branch instanceof SubWorkflow,
                    "node '" + branch.id() + "' cannot be a branch of '" + parallel.id()
                            + "': that is a callback, agent, tool, human input or sub-workflow");
            checkNode(branch);
        }
    }

    private void checkLoop(Loop loop) {
        require(loop.max() >= 1, "node '" + loop.id() + "' runs its body less than once at most");
        require(
                isCall(loop.body()),
                "node '" + loop.body().id() + "' cannot be the body of '" + loop.id()
                        + "': that is a callback, agent or tool");
        checkNode(loop.body());
    }

    private static boolean isCall(WorkflowNode node) {
        return node instanceof WorkflowNode.Callback || node instanceof AgentCall || node instanceof ToolCall;
    }

    private void checkEdge(Edge edge) {
        String what = "edge '" + edge.from() + "' -> '" + edge.to() + "': ";
        requireKnown(what, edge.from());
        if (!edge.from().equals(edge.to())) {
            requireKnown(what, edge.to());
        }
        require(
                !(nodes.get(edge.from()) instanceof Condition),
                what + "'" + edge.from() + "' is a condition, which has its ways already");
    }

    private void requireKnown(String what, String node) {
        require(
                nodes.containsKey(node),
                what
                        + (inner.contains(node)
                                ? "'" + node + "' is inside of another node"
                                : "there is no node '" + node + "'"));
    }

    private void checkAmbiguous() {
        given.stream()
                .filter(edge -> edge.when() == null)
                .collect(Collectors.groupingBy(Edge::from, LinkedHashMap::new, Collectors.toList()))
                .forEach((from, same) -> require(
                        same.size() == 1,
                        "node '" + from + "' has " + same.size() + " edges without a condition, to "
                                + same.stream().map(Edge::to).collect(Collectors.joining(", "))));
    }

    private void checkReferences() {
        for (WorkflowNode node : parts.nodes()) {
            if (node instanceof Condition condition) {
                Stream.of(condition.yes(), condition.no())
                        .distinct()
                        .forEach(to -> requireKnown("condition '" + condition.id() + "': ", to));
            }
        }
        for (String node : settings) {
            require(
                    nodes.containsKey(node) || inner.contains(node),
                    "settings of '" + node + "': there is no node '" + node + "'");
        }
        for (String end : parts.ends()) {
            requireKnown("end '" + end + "': ", end);
            parts.edges().stream()
                    .filter(edge -> edge.from().equals(end))
                    .forEach(edge -> problems.add("end '" + end + "' has an edge, to '" + edge.to() + "'"));
        }
    }

    /** Only edges count: what a callback goes to is not known before it has run. */
    private void checkReached() {
        String start = parts.start();
        if (start == null) {
            require(
                    nodes.isEmpty(),
                    "it must say where it starts, because no edge leads to any of "
                            + String.join(", ", roots(parts.nodes(), parts.edges())));
            return;
        }
        requireKnown("start '" + start + "': ", start);
        if (!nodes.containsKey(start)) {
            return;
        }
        Set<String> reached = closure(Set.of(start), Edge::from, Edge::to);
        for (String node : nodes.keySet()) {
            require(
                    reached.contains(node),
                    "node '" + node + "' cannot be reached from '" + start
                            + "'; if only NodeResult.goTo leads to it, add an edge that never holds");
        }
    }

    /** A callback may end the run, or go anywhere; whether it does is not known before it has run. */
    private void checkWayOut() {
        Set<String> out = new HashSet<>(parts.ends());
        nodes.values().stream().filter(WorkflowNode.Callback.class::isInstance).forEach(node -> out.add(node.id()));
        parts.edges().stream().filter(edge -> !nodes.containsKey(edge.to())).forEach(edge -> out.add(edge.from()));
        Set<String> fine = closure(out, Edge::to, Edge::from);
        for (String node : nodes.keySet()) {
            require(
                    fine.contains(node),
                    "node '" + node
                            + "' has no way out: neither an end nor a callback, which could end the run, can be reached from it");
        }
    }

    private Set<String> closure(Set<String> begin, Function<Edge, String> from, Function<Edge, String> to) {
        Map<String, List<Edge>> ways = parts.edges().stream().collect(Collectors.groupingBy(from));
        Set<String> closed = new HashSet<>(begin);
        Deque<String> left = new ArrayDeque<>(begin);
        while (!left.isEmpty()) {
            for (Edge edge : ways.getOrDefault(left.remove(), List.of())) {
                if (closed.add(to.apply(edge))) {
                    left.add(to.apply(edge));
                }
            }
        }
        return closed;
    }

    /** Finds what is null, and leaves it out, so that all else can be checked with it. For one definition. */
    static final class Missing {

        private final List<String> problems = new ArrayList<>();

        /** What is missing; empty if nothing is. */
        List<String> problems() {
            return problems;
        }

        private boolean require(String whose, String what, @Nullable Object part) {
            if (part == null) {
                problems.add(whose + " has no " + what);
            }
            return part != null;
        }

        private boolean isThere(String what, @Nullable Object part) {
            if (part == null) {
                problems.add(what + " is null");
            }
            return part != null;
        }

        /** Whether something is done without finding more. */
        private boolean isWhole(Runnable looks) {
            int before = problems.size();
            looks.run();
            return problems.size() == before;
        }

        Parts in(Parts raw) {
            require("the workflow", "id", raw.id());
            require("the workflow", "version", raw.version());
            return new Parts(
                    raw.id() == null ? "none" : raw.id(),
                    raw.version() == null ? "none" : raw.version(),
                    nodes("the workflow", raw.nodes()),
                    raw.edges().stream()
                            .filter(edge -> isWhole(() -> check(edge)))
                            .toList(),
                    raw.start(),
                    raw.ends().stream().filter(end -> isThere("an end", end)).toList());
        }

        Map<String, WorkflowNode.Settings> in(Map<String, WorkflowNode.Settings> given) {
            Map<String, WorkflowNode.Settings> there = new LinkedHashMap<>();
            given.forEach((node, set) -> {
                if (isThere("the node of settings", node) && isThere("what is set of '" + node + "'", set)) {
                    there.put(node, settings("what is set of '" + node + "'", set));
                }
            });
            return there;
        }

        private void check(Edge edge) {
            String what = "edge '" + edge.from() + "' -> '" + edge.to() + "'";
            require(what, "node to come from", edge.from());
            require(what, "node to go to", edge.to());
        }

        private List<WorkflowNode> nodes(String in, List<WorkflowNode> given) {
            return given.stream()
                    .filter(node -> isThere("a node of " + in, node))
                    .filter(node -> require(
                            "a node of " + in + ", a " + node.getClass().getSimpleName() + ",", "id", node.id()))
                    .map(this::node)
                    .toList();
        }

        /** What lacks something still is a node, which edges may lead to. */
        private WorkflowNode node(WorkflowNode given) {
            String what = "node '" + given.id() + "'";
            WorkflowNode.Settings settings = require(what, "settings", given.settings())
                    ? settings(what, given.settings())
                    : WorkflowNode.Settings.DEFAULTS;
            WorkflowNode there = given;
            if (given instanceof Parallel all) {
                List<WorkflowNode> branches = nodes(what, all.branches());
                there = new Parallel(all.id(), settings, all.merge(), all.concurrency(), branches);
            }
            boolean whole = isWhole(() -> check(what, given));
            return (whole ? there : WorkflowNode.callback(given.id(), context -> Mono.empty())).with(settings);
        }

        private WorkflowNode.Settings settings(String whose, WorkflowNode.Settings set) {
            boolean whole = isWhole(() -> {
                if (require(whose, "retry", set.retry())) {
                    require(whose, "delay before it is tried again", set.retry().firstDelay());
                }
            });
            return whole
                    ? set
                    : new WorkflowNode.Settings(
                            set.timeout(), set.deadline(), WorkflowNode.Settings.Retry.NONE, set.compensation());
        }

        private void check(String what, WorkflowNode node) {
            if (node instanceof WorkflowNode.Callback callback) {
                require(what, "body", callback.body());
            } else if (node instanceof AgentCall agent) {
                require(what, "agent's id", agent.agentId());
                require(what, "input", agent.input());
            } else if (node instanceof ToolCall tool) {
                require(what, "tool", tool.tool());
                require(what, "input", tool.input());
            } else if (node instanceof SubWorkflow sub) {
                require(what, "workflow's id", sub.workflowId());
                require(what, "input", sub.input());
            } else if (node instanceof HumanInput human && require(what, "question", human.question())) {
                check(what, human.question());
            } else if (node instanceof Delay delay) {
                require(what, "delay", delay.delay());
            } else {
                checkWays(what, node);
            }
        }

        private void check(String what, WorkflowNode.Question question) {
            require(what, "message", question.message());
            require(what, "rule for when nobody answers", question.onTimeout());
            if (question.onTimeout() instanceof OnTimeout.UseDefault instead) {
                require(what, "default answer", instead.input());
            }
        }

        private void checkWays(String what, WorkflowNode node) {
            if (node instanceof Condition condition) {
                require(what, "predicate", condition.holds());
                require(what, "node to go to if it holds", condition.yes());
                require(what, "node to go to otherwise", condition.no());
            } else if (node instanceof Parallel parallel) {
                require(what, "merge", parallel.merge());
                if (parallel.merge() instanceof Merge.Custom custom) {
                    require(what, "function that merges", custom.merge());
                }
            } else if (node instanceof Loop loop) {
                require(what, "predicate", loop.again());
                if (require(what, "body", loop.body())) {
                    nodes(what, List.of(loop.body()));
                }
            }
        }
    }
}
