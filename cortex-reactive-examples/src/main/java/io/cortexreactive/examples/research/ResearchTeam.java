package io.cortexreactive.examples.research;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentHooks;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.Retriever;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An agent that leads, and the two that it calls: one looks things up, one checks them. */
public final class ResearchTeam {

    public static final String LEAD = "research";
    public static final String SEARCHER = "searcher";
    public static final String CHECKER = "fact_checker";

    /** How their instructions begin, so that whoever plays them knows who is meant. */
    public static final String SEARCHER_ROLE = "You are the searcher of a research team.";

    public static final String CHECKER_ROLE = "You are the fact checker of a research team.";

    private static final String LEAD_TASK =
            "You lead research on the documentation of Cortex Reactive. Ask the searcher"
                    + " what the documentation says, and at the same time have the fact checker check the most important"
                    + " statement that was looked up for you. Then answer the question from what they found, briefly, and name"
                    + " the pages that it comes from. Say so where nothing was found.";

    private static final String NOTE_TASK =
            " If you are asked to send a note, send what you found with " + ChatTools.NOTE + " before you answer.";

    private static final String SEARCHER_TASK = SEARCHER_ROLE
            + " Look up what you are asked in the documentation, with other words where the first find nothing. Answer"
            + " with the passages that you found, each with the page that it stands on, and nothing of your own.";

    private static final String CHECKER_TASK = CHECKER_ROLE
            + " Look the statement up in the documentation, and say whether it stands there and on which page. Confirm"
            + " nothing that you have not found.";

    /** The variable of a run in the background that says which model all of its agents ask. */
    public static final String MODEL = "model";

    private static final int MOST_PASSAGES = 3;
    private static final AgentLimits LEAD_LIMITS =
            AgentLimits.iterations(4).withMaxToolCalls(8).withMaxDuration(Duration.ofMinutes(3));
    private static final AgentLimits HELPER_LIMITS =
            AgentLimits.iterations(4).withMaxToolCalls(4).withMaxDuration(Duration.ofMinutes(1));

    private ResearchTeam() {}

    /**
     * The one that leads, ready to run.
     *
     * @param chat asks the models of all three
     * @param documentation what it is told before it begins
     * @param model of the client's provider; its default if null
     */
    public static Agent on(Cortex cortex, ChatClient chat, Retriever documentation, @Nullable String model) {
        UnaryOperator<AgentDefinition.Builder> asking =
                definition -> model == null ? definition : definition.model(model);
        return cortex.agent(
                lead(LEAD, LEAD_TASK, asking, cortex, chat, documentation).build(), chat);
    }

    /**
     * The one that leads, to be registered: it asks a provider for the {@link #MODEL} of the run, and can send a note
     * with what it has found, once somebody has approved that.
     *
     * @param id told apart from that of every agent that asks somebody else, as any process with this one may run it
     */
    public static AgentDefinition inBackground(String id, Cortex cortex, String provider, Retriever documentation) {
        UnaryOperator<AgentDefinition.Builder> asking = definition -> definition.provider(provider);
        return lead(id, LEAD_TASK + NOTE_TASK, asking, cortex, cortex.chat(), documentation)
                .tools(ChatTools.NOTE)
                .build();
    }

    /** What an agent is about to ask, of the model that its run says, if any. */
    public static AgentHooks.Beginning ofItsModel(AgentHooks.Beginning beginning) {
        return beginning.context().variables().get(MODEL) instanceof String model
                ? beginning.withRequest(
                        beginning.request().toBuilder().model(model).build())
                : beginning;
    }

    private static AgentDefinition.Builder lead(
            String id,
            String task,
            UnaryOperator<AgentDefinition.Builder> asking,
            Cortex cortex,
            ChatClient chat,
            Retriever documentation) {
        AgentDefinition searcher = helper(SEARCHER, asking)
                .description("Looks up what the documentation says about something.")
                .systemPrompt(SEARCHER_TASK)
                .build();
        AgentDefinition checker = helper(CHECKER, asking)
                .description("Checks whether the documentation says what a statement says.")
                .systemPrompt(CHECKER_TASK)
                .build();
        return asking.apply(Agent.define(id))
                .systemPrompt(task)
                .retriever(documentation, RetrievalPolicy.DEFAULTS.withLimit(MOST_PASSAGES))
                .tools(
                        cortex.agent(searcher, chat).asTool(),
                        cortex.agent(checker, chat).asTool())
                .limits(LEAD_LIMITS);
    }

    private static AgentDefinition.Builder helper(String id, UnaryOperator<AgentDefinition.Builder> asking) {
        return asking.apply(Agent.define(id)).tools(ChatTools.DOCUMENTATION).limits(HELPER_LIMITS);
    }
}
