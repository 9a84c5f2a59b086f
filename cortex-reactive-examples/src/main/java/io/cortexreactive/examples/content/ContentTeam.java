package io.cortexreactive.examples.content;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.examples.tools.ChatTools;
import java.time.Duration;
import java.util.List;

/** The agents of a {@link ContentPipeline}: one finds things out, one writes, one reviews. */
public final class ContentTeam {

    static final String RESEARCHER = "content-researcher";
    static final String WRITER = "content-writer";
    static final String REVIEWER = "content-reviewer";

    /** How their instructions begin, so that whoever plays them knows who is meant. */
    public static final String WRITER_ROLE = "You are the writer of an editorial team.";

    public static final String REVIEWER_ROLE = "You are the reviewer of an editorial team.";

    private static final String RESEARCHER_TASK =
            "You are the researcher of an editorial team. Look the topic up in the"
                    + " documentation of Cortex Reactive, with other words where the first find nothing. Answer with the passages"
                    + " that you found, each with the page that it stands on, and nothing of your own.";

    private static final String WRITER_TASK = WRITER_ROLE
            + " Write a short article in Markdown on the topic, from what was found and nothing else: a heading, a few"
            + " paragraphs, and the pages it comes from. If an editor has rejected your last text, do what the comment asks.";

    private static final String REVIEWER_TASK = REVIEWER_ROLE
            + " Say in three points what an editor should know before the text is published: whether it keeps to the topic,"
            + " whether it names its sources, and what is still weak. Change nothing.";

    private static final AgentLimits LIMITS =
            AgentLimits.iterations(4).withMaxToolCalls(4).withMaxDuration(Duration.ofMinutes(2));

    private ContentTeam() {}

    /** All three; the first calls the documentation tool by its name. */
    public static List<AgentDefinition> agents() {
        return List.of(
                agent(RESEARCHER, RESEARCHER_TASK)
                        .tools(ChatTools.DOCUMENTATION)
                        .build(),
                agent(WRITER, WRITER_TASK).build(),
                agent(REVIEWER, REVIEWER_TASK).build());
    }

    private static AgentDefinition.Builder agent(String id, String task) {
        return Agent.define(id).systemPrompt(task).limits(LIMITS);
    }
}
