package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep.ApprovalRequested;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What people are shown of calls that wait for them, and what a decision runs. */
class AgentRunsApprovalTests extends AgentRunsFixture {

    private final List<Object> ran = new CopyOnWriteArrayList<>();

    private Tool risky() {
        return Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> Mono.fromSupplier(() -> {
                    ran.add(input.get("n"));
                    return "risked";
                }))
                .build();
    }

    private List<ApprovalRequested> shown(AgentRuns runs, String runId) {
        get(runs.follow(runId, null).filter(ApprovalRequested.class::isInstance).next());
        return get(runs.approvals(runId).collectList());
    }

    private String begun(Site site) {
        site.runs().start().block(SOON);
        return get(site.pending("Go").dispatch());
    }

    private void grant(Site site, String runId, String callId) {
        site.runs().approve(runId, callId, AgentRuns.Approval.grant()).block(SOON);
    }

    private static Object number(ApprovalRequested request) {
        return Objects.requireNonNull(request.call().input().get("n"));
    }

    /** Each decision but the first waits for the run to pause again, in whichever order calls come then. */
    @RepeatedTest(5)
    void aDecisionRunsWhatWasShownUnderItsNameAndNothingElse() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("c1", "risky", Map.of("n", 1))
                        .toolCall("c1", "risky", Map.of("n", 2))
                        .toolCall("c1", "risky", Map.of("n", 3))
                        .build(),
                ScriptedReply.text("Done."));
        Site site = site(define(risky()).build());
        String runId = begun(site);
        List<ApprovalRequested> shown = new ArrayList<>(shown(site.runs(), runId));
        shown.sort(Comparator.comparing(ApprovalRequested::callId).reversed());

        shown.forEach(request -> grant(site, runId, request.callId()));

        get(site.runs().await(runId));
        assertThat(ran)
                .containsExactlyElementsOf(
                        shown.stream().map(AgentRunsApprovalTests::number).toList());
    }

    @Test
    void aCallIsNamedByItsPlaceWhereItsIdIsNotItsOwn() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("c1", "risky", Map.of("n", 1))
                        .toolCall("c1", "risky", Map.of("n", 2))
                        .toolCall("c1#1-1", "risky", Map.of("n", 3))
                        .build(),
                ScriptedReply.text("Done."));
        Site site = site(define(risky()).build());
        String runId = begun(site);

        assertThat(shown(site.runs(), runId))
                .extracting(ApprovalRequested::callId, AgentRunsApprovalTests::number)
                .containsExactlyInAnyOrder(tuple("c1", 1), tuple("c1#1-1", 2), tuple("c1#1-1#1-2", 3));
    }

    static Stream<String> idsThatNoStoreKeeps() {
        return Stream.of("x".repeat(1_200), "a\0b", "half \uD83D", " ");
    }

    @ParameterizedTest
    @MethodSource("idsThatNoStoreKeeps")
    void aCallWithAnIdThatNoStoreKeepsIsDecidedOnAllTheSame(String id) {
        provider.enqueue(ScriptedReply.toolCall(id, "risky", Map.of("n", 1)), ScriptedReply.text("Done."));
        Site site = site(define(risky()).build());
        String runId = begun(site);

        shown(site.runs(), runId).forEach(request -> grant(site, runId, request.callId()));

        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");
        assertThat(ran).containsExactly(1);
    }

    @Test
    void whatIsAskedSaysWhereItIsAndIsAskedOnce() {
        provider.enqueue(
                ScriptedReply.toolCall("t0", "free", Map.of("n", 0)),
                ScriptedReply.builder()
                        .toolCall("t1", "risky", Map.of("n", 1))
                        .toolCall("t2", "risky", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Done."));
        Site site = site(define(tool("free", (input, context) -> Mono.just("free")), risky())
                .build());
        String runId = begun(site);
        assertThat(shown(site.runs(), runId)).hasSize(2).allSatisfy(request -> {
            assertThat(request.iteration()).isEqualTo(2);
            assertThat(request.path()).containsExactly("helper");
        });

        grant(site, runId, "t1");
        grant(site, runId, "t2");
        get(site.runs().await(runId));

        assertThat(get(site.runs()
                        .follow(runId, null)
                        .ofType(ApprovalRequested.class)
                        .collectList()))
                .extracting(ApprovalRequested::callId, ApprovalRequested::iteration)
                .containsExactlyInAnyOrder(tuple("t1", 2), tuple("t2", 2));
    }

    @Test
    void whatASubAgentAsksHasItsWholePath() {
        provider.enqueue(
                ScriptedReply.toolCall("t0", "free", Map.of("n", 0)),
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.toolCall("w1", "risky", Map.of("n", 1)),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Done."));
        Site site = site(
                define(tool("free", (input, context) -> Mono.just("free")))
                        .agents("writer")
                        .build(),
                Agent.define("writer").tools(risky()).build());
        String runId = begun(site);

        assertThat(shown(site.runs(), runId)).singleElement().satisfies(request -> {
            assertThat(request.path()).containsExactly("helper", "writer");
            assertThat(request.iteration()).isEqualTo(1);
        });
    }
}
