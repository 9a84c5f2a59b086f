package io.cortexreactive.workflow;

import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A step of a workflow. Immutable. */
public sealed interface WorkflowNode {

    /** Its id, unique in the workflow; also where its output is in the state. */
    String id();

    /** How it is run. */
    Settings settings();

    /** Code of the application. */
    static WorkflowNode callback(String id, Function<NodeContext, Mono<NodeResult>> body) {
        return new Callback(id, Settings.DEFAULTS, body);
    }

    /**
     * An agent; its output is the agent's. It runs with the {@link NodeContext#idempotencyKey()}, so that a call of a
     * tool that is made again in another attempt has the same key, and with the run's id as the variable
     * {@code workflowRunId}.
     */
    static WorkflowNode agent(String id, String agentId, Function<WorkflowState, String> input) {
        return new AgentCall(id, Settings.DEFAULTS, agentId, input);
    }

    /** A tool; its output is the tool's. One that reports an error fails the node. */
    static WorkflowNode tool(String id, Tool tool, Function<WorkflowState, Map<String, Object>> input) {
        return new ToolCall(id, Settings.DEFAULTS, tool, input);
    }

    /**
     * Waits for {@link Workflow#resume}; its output is the answer. That the timeout is over is noticed by engines that
     * are {@linkplain WorkflowEngine#start() started}; while none is, the run stays paused.
     */
    static WorkflowNode humanInput(
            String id, String message, @Nullable Schema schema, @Nullable Duration timeout, OnTimeout onTimeout) {
        return new HumanInput(id, Settings.DEFAULTS, new Question(message, schema, timeout, onTimeout));
    }

    /** A run of another workflow; its output is that run's. */
    static WorkflowNode subWorkflow(String id, String workflowId, Function<WorkflowState, Map<String, Object>> input) {
        return new SubWorkflow(id, Settings.DEFAULTS, workflowId, input);
    }

    /** This, run otherwise. */
    WorkflowNode with(Settings value);

    /** See {@link #callback}. */
    record Callback(String id, Settings settings, Function<NodeContext, Mono<NodeResult>> body)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new Callback(id, value, body);
        }
    }

    /** See {@link #agent}. */
    record AgentCall(String id, Settings settings, String agentId, Function<WorkflowState, String> input)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new AgentCall(id, value, agentId, input);
        }
    }

    /** See {@link #tool}. */
    record ToolCall(String id, Settings settings, Tool tool, Function<WorkflowState, Map<String, Object>> input)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new ToolCall(id, value, tool, input);
        }
    }

    /**
     * Goes one of two ways; its output is the branch taken.
     *
     * @param yes the node to go on with if it holds
     * @param no the node to go on with otherwise
     */
    record Condition(String id, Settings settings, Predicate<WorkflowState> holds, String yes, String no)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new Condition(id, value, holds, yes, no);
        }
    }

    /**
     * Several nodes at once.
     *
     * @param concurrency how many at a time
     * @param branches callbacks, agents, tools, human input or sub-workflows
     */
    record Parallel(String id, Settings settings, Merge merge, int concurrency, List<WorkflowNode> branches)
            implements WorkflowNode {
        /** What is null is told by {@link WorkflowDefinition.Builder#build}. */
        public Parallel {
            branches = branches == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(branches));
        }

        @Override
        public WorkflowNode with(Settings value) {
            return new Parallel(id, value, merge, concurrency, branches);
        }
    }

    /**
     * A node again and again, while something holds; its output is the last one of the body, which is there under the
     * body's id, too.
     *
     * @param body a callback, agent or tool
     * @param again looked at before each time
     * @param max how often at most; more fail the node
     */
    record Loop(String id, Settings settings, WorkflowNode body, Predicate<WorkflowState> again, int max)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new Loop(id, value, body, again, max);
        }
    }

    /** See {@link #humanInput}. */
    record HumanInput(String id, Settings settings, Question question) implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new HumanInput(id, value, question);
        }
    }

    /** See {@link #subWorkflow}. */
    record SubWorkflow(
            String id, Settings settings, String workflowId, Function<WorkflowState, Map<String, Object>> input)
            implements WorkflowNode {
        @Override
        public WorkflowNode with(Settings value) {
            return new SubWorkflow(id, value, workflowId, input);
        }
    }

    /** Waits, without holding anything; 100 years at most. */
    record Delay(String id, Settings settings, Duration delay) implements WorkflowNode {

        /** With a time of {@link Schedule#LONGEST} at most. */
        public Delay {
            delay = delay == null ? delay : Schedule.boundedOf(delay);
        }

        @Override
        public WorkflowNode with(Settings value) {
            return new Delay(id, value, delay);
        }
    }

    /**
     * What people are asked.
     *
     * @param message for people
     * @param schema what an answer looks like; null for anything. One that does not is refused, and the run stays
     *     paused
     * @param timeout how long to wait, if an engine is {@linkplain WorkflowEngine#start() started}; null for ever
     * @param onTimeout what happens then
     */
    record Question(
            String message,
            @Nullable Schema schema,
            @Nullable Duration timeout,
            OnTimeout onTimeout) {

        /** With a time of {@link Schedule#LONGEST} at most. */
        public Question {
            timeout = Schedule.bounded(timeout);
        }
    }

    /**
     * How a node is run. Immutable. Every node can have a compensation. Human input, delays and loops have nothing else
     * of this, parallel nodes and sub-workflows no retry, and parallel nodes with a branch that waits no limits; each
     * has its own, or the nodes inside have. {@link WorkflowDefinition.Builder#build} says so.
     *
     * @param timeout for each attempt; null for none
     * @param deadline for all attempts, from when the run came to the node, by the store's clock; null for none
     * @param retry how it is tried again
     * @param compensation undoes the node when the run fails or is cancelled after it; null if it need not be undone
     */
    record Settings(
            @Nullable Duration timeout,
            @Nullable Duration deadline,
            Retry retry,
            @Nullable Function<NodeContext, Mono<Void>> compensation) {

        /** With times of {@link Schedule#LONGEST} at most. */
        public Settings {
            timeout = Schedule.bounded(timeout);
            deadline = Schedule.bounded(deadline);
        }

        /** One attempt, without a limit of time. */
        public static final Settings DEFAULTS = new Settings(null, null, Retry.NONE, null);

        /** The defaults, with a limit of time for each attempt. */
        public static Settings timeout(Duration each) {
            return DEFAULTS.withTimeout(each);
        }

        /** The defaults, with more attempts. */
        public static Settings retry(int attempts, Duration firstDelay) {
            return DEFAULTS.withRetry(attempts, firstDelay);
        }

        /** The defaults, with a compensation. */
        public static Settings compensation(Function<NodeContext, Mono<Void>> undo) {
            return DEFAULTS.withCompensation(undo);
        }

        /** This, with a limit of time for each attempt. */
        public Settings withTimeout(Duration each) {
            return new Settings(each, deadline, retry, compensation);
        }

        /**
         * This, with a limit of time for all attempts and the delays between them, from when the run came to the node.
         * It is the store's clock that counts, also in a process that goes on with the run after a crash.
         */
        public Settings withDeadline(Duration all) {
            return new Settings(timeout, all, retry, compensation);
        }

        /** This, with more attempts, whose delays double. An error that is {@code Lasting} is never tried again. */
        public Settings withRetry(int attempts, Duration firstDelay) {
            return new Settings(timeout, deadline, new Retry(attempts, firstDelay), compensation);
        }

        /**
         * This, with a compensation. It gets the state at the run's end, with the outputs of branches that are done,
         * may be called more than once, and is not called for a node that was under way, of which nobody knows what it
         * has done. A branch that is done is undone also if its parallel node was under way.
         */
        public Settings withCompensation(Function<NodeContext, Mono<Void>> undo) {
            return new Settings(timeout, deadline, retry, undo);
        }

        /**
         * How a node is tried again.
         *
         * @param attempts in all
         * @param firstDelay doubled each time, up to a minute
         */
        public record Retry(int attempts, Duration firstDelay) {

            /** Not at all. */
            public static final Retry NONE = new Retry(1, Duration.ZERO);
        }
    }
}
