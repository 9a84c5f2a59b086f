package io.cortexreactive.agent;

import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** How an agent goes about it: what it asks the model, and when it is done. Keeps no state of its own. */
@FunctionalInterface
public interface AgentLoop {

    /**
     * The steps of one run but the last, {@link AgentStep.Completed}, which is added. Subscribed once, or again where
     * another agent hands the run back.
     *
     * @param run what the run knows and has come to; nobody else uses it
     */
    Flux<AgentStep> steps(AgentRun run);

    /**
     * Asks the model, runs the tools it calls, all at once, gives it their results, and so on until it calls none, a
     * tool says to stop, or it has been asked as often as it may.
     */
    static AgentLoop simple() {
        // Flat: an iteration is subscribed again and again, and keeps nothing but what is in the run.
        return run -> run.turn().repeat(run::goesOn);
    }

    /**
     * The same with a thought before each action, and what came of it as an observation: ReAct, by Yao et al., 2022, <a
     * href="https://arxiv.org/abs/2210.03629">arXiv 2210.03629</a>. With the provider's own tool calls where the model
     * takes them. Else all of it is text, so that any model can act: one action an answer; thoughts are told as
     * {@link AgentStep.Reasoning}, and memory keeps observations as USER messages with {@link Message#FROM_AGENT}.
     */
    static AgentLoop react() {
        return ReactStyle.loop();
    }

    /** {@link #planAndExecute(PlanOptions)} with {@link PlanOptions#DEFAULTS}. */
    static AgentLoop planAndExecute() {
        return planAndExecute(PlanOptions.DEFAULTS);
    }

    /**
     * Asks for a plan, carries out its steps one after the other as {@link #simple()} does, plans anew where one fails,
     * and answers with what came of them. A step has failed where the model says so, says nothing, or its answer was
     * cut. When no new plan is left, or the new one is not valid, the run ends with {@link AgentStopReason#PLAN_FAILED}
     * and an answer from what there is. Planning is an iteration, and so is each answer within a step; what the loop
     * itself says to the model is a USER message with {@link Message#FROM_AGENT}.
     *
     * <p>A run for which the model gives no valid first plan fails with
     * {@link io.cortexreactive.structured.StructuredOutputException}.
     */
    static AgentLoop planAndExecute(PlanOptions options) {
        return PlanLoop.of(options);
    }

    /**
     * How to plan.
     *
     * @param maxSteps the most steps of a plan
     * @param maxReplans how often to plan anew, at most
     * @param plannerModel the model that plans, of the agent's provider; null for the agent's own
     */
    record PlanOptions(
            int maxSteps, int maxReplans, @Nullable String plannerModel) {

        /** Ten steps, two new plans, and the agent's own model. */
        public static final PlanOptions DEFAULTS = new PlanOptions(10, 2, null);

        public PlanOptions {
            if (maxSteps < 1 || maxReplans < 0) {
                throw new AgentConfigurationException(
                        "A plan needs a step at least, and cannot be made anew fewer than 0" + " times; not " + maxSteps
                                + " and " + maxReplans + ".");
            }
        }

        /** This, with so many steps at most. */
        public PlanOptions withMaxSteps(int most) {
            return new PlanOptions(most, maxReplans, plannerModel);
        }

        /** This, planning anew so often at most. */
        public PlanOptions withMaxReplans(int most) {
            return new PlanOptions(maxSteps, most, plannerModel);
        }

        /** This, with another model to plan. */
        public PlanOptions withPlannerModel(String id) {
            return new PlanOptions(maxSteps, maxReplans, id);
        }
    }
}
