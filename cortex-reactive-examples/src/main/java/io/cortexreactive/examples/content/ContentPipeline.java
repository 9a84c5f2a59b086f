package io.cortexreactive.examples.content;

import io.cortexreactive.schema.Schema;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowNode;
import io.cortexreactive.workflow.WorkflowState;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Research, a text, a review, and a person who has it published or written again. */
public final class ContentPipeline {

    public static final String ID = "content-pipeline";

    /** What a run is given, by this name. */
    public static final String TOPIC = "topic";

    /** What the person answers, by these names. */
    public static final String APPROVED = "approved";

    public static final String COMMENT = "comment";

    private static final String RESEARCH = "research";
    private static final String WRITE = "write";
    private static final String REVIEW = "review";
    private static final String APPROVE = "approve";
    private static final String REVISE = "revise";
    private static final String PUBLISH = "publish";

    private static final String ROUND = "round";
    private static final int MOST_REVISIONS = 3;
    private static final int LONGEST_COMMENT = 2_000;

    /** A model may be busy, and a run can wait. */
    private static final WorkflowNode.Settings PATIENT =
            WorkflowNode.Settings.retry(3, Duration.ofSeconds(1)).withTimeout(Duration.ofMinutes(3));

    private static final Schema ANSWER = Schema.object()
            .property(APPROVED, Schema.bool())
            .property(COMMENT, Schema.string().maxLength(LONGEST_COMMENT))
            .required(APPROVED)
            .additionalProperties(false);

    private ContentPipeline() {}

    /** The workflow, whose agents are the {@link ContentTeam}. */
    public static WorkflowDefinition publishingTo(Publications publications) {
        return Workflow.define(ID)
                .agent(RESEARCH, ContentTeam.RESEARCHER, state -> text(state, TOPIC))
                .agent(WRITE, ContentTeam.WRITER, ContentPipeline::brief)
                .agent(REVIEW, ContentTeam.REVIEWER, state -> text(state, WRITE))
                .humanInput(APPROVE, "Shall this be published?", ANSWER, null, OnTimeout.fail())
                .callback(REVISE, ContentPipeline::revise)
                .callback(PUBLISH, run -> publish(run, publications))
                .settings(RESEARCH, PATIENT)
                .settings(WRITE, PATIENT)
                .settings(REVIEW, PATIENT)
                .edge(RESEARCH, WRITE)
                .edge(WRITE, REVIEW)
                .edge(REVIEW, APPROVE)
                .edge(APPROVE, PUBLISH, ContentPipeline::isApproved, 1)
                .edge(APPROVE, REVISE)
                .edge(REVISE, WRITE)
                .startAt(RESEARCH)
                .endAt(PUBLISH)
                .build();
    }

    private static String brief(WorkflowState state) {
        String comment =
                state.data().get(REVISE) instanceof Map<?, ?> revision ? String.valueOf(revision.get(COMMENT)) : "";
        return new Brief(text(state, TOPIC), text(state, RESEARCH), text(state, WRITE), comment).toText();
    }

    private static String text(WorkflowState state, String name) {
        return String.valueOf(state.data().getOrDefault(name, ""));
    }

    private static boolean isApproved(WorkflowState state) {
        return Boolean.TRUE.equals(answer(state).get(APPROVED));
    }

    private static Map<?, ?> answer(WorkflowState state) {
        return state.data().get(APPROVE) instanceof Map<?, ?> answer ? answer : Map.of();
    }

    /** Counts the rejections: what is not good after so many will not be. */
    private static Mono<NodeResult> revise(NodeContext run) {
        int round = run.data(REVISE) instanceof Map<?, ?> last && last.get(ROUND) instanceof Number number
                ? number.intValue() + 1
                : 1;
        Object comment = answer(run.state()).get(COMMENT);
        String wish = comment == null || comment.toString().isBlank() ? "Say it in other words." : comment.toString();
        return Mono.just(
                round > MOST_REVISIONS
                        ? NodeResult.end(Map.of("published", false, ROUND, round, COMMENT, wish))
                        : NodeResult.of(Map.of(ROUND, round, COMMENT, wish)));
    }

    /** May run again after a crash, so the text goes out under the node's key. */
    private static Mono<NodeResult> publish(NodeContext run, Publications publications) {
        return Mono.fromSupplier(() -> {
            WorkflowState state = run.state();
            String title = text(state, TOPIC);
            publications.publish(String.valueOf(state.tenantId()), run.idempotencyKey(), title, text(state, WRITE));
            return NodeResult.of(Map.of("published", true, "title", title));
        });
    }
}
