package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentEvent.AgentRunFailed;
import io.cortexreactive.agent.AgentEvent.AgentRunStarted;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep.ApprovalRequested;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A run has one start and one end, in however many attempts. */
class AgentRunsEventsTests extends AgentRunsFixture {

    private final Sinks.One<AgentRunFailed> failed = Sinks.one();
    private final RecordingEvents told = new RecordingEvents() {
        @Override
        public void publish(CortexEvent event) {
            super.publish(event);
            if (event instanceof AgentRunFailed end) {
                failed.tryEmitValue(end);
            }
        }
    };

    @BeforeEach
    void listen() {
        events = told;
    }

    private static Tool risky() {
        return Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> Mono.just("risked"))
                .build();
    }

    private List<String> ends() {
        return told.names().stream()
                .filter(name -> List.of("AgentRunStarted", "AgentRunCompleted", "AgentRunFailed")
                        .contains(name))
                .toList();
    }

    private static void approved(Site site, String runId) {
        get(site.runs()
                .follow(runId, null)
                .filter(ApprovalRequested.class::isInstance)
                .next());
        site.runs().approve(runId, "t1", AgentRuns.Approval.grant()).block(SOON);
    }

    @Test
    void aPauseIsNoEnd() {
        provider.enqueue(ScriptedReply.toolCall("t1", "risky", Map.of("n", 1)), ScriptedReply.text("Done."));
        Site site = site(define(risky()).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());

        approved(site, runId);
        get(site.runs().await(runId));

        assertThat(ends()).containsExactly("AgentRunStarted", "AgentRunCompleted");
    }

    @Test
    void aPauseIsNoEndOfASubAgentEither() {
        provider.enqueue(
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.toolCall("t1", "risky", Map.of("n", 1)),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Done."));
        Site site = site(
                define().agents("writer").build(),
                Agent.define("writer").tools(risky()).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());

        approved(site, runId);
        get(site.runs().await(runId));

        assertThat(ends())
                .containsExactly("AgentRunStarted", "AgentRunStarted", "AgentRunCompleted", "AgentRunCompleted");
    }

    @Test
    void anAttemptThatIsTriedAgainIsNoEnd() {
        provider.enqueue(
                ScriptedReply.fail(Fault.status(503, "ServiceUnavailableException", "away")),
                ScriptedReply.text("Done."));
        Site site = site(define().build());
        site.runs().start().block(SOON);

        get(site.runs().await(get(site.pending("Go").dispatch())));

        assertThat(told.only(AgentRunCompleted.class).output()).isEqualTo("Done.");
        assertThat(ends()).doesNotContain("AgentRunFailed");
    }

    @Test
    void aFailureIsTheEnd() {
        provider.enqueue(ScriptedReply.fail(Fault.status(400, "ValidationException", "no")));
        Site site = site(define().build());
        site.runs().start().block(SOON);
        get(site.pending("Go").dispatch());

        assertThat(get(failed.asMono()).exception().code()).isEqualTo("invalid_request");
        assertThat(ends()).containsExactly("AgentRunStarted", "AgentRunFailed");
    }

    @Test
    void aCancelIsTheEnd() {
        Sinks.Empty<Void> begun = Sinks.empty();
        provider.enqueue(ScriptedReply.toolCall("t1", "hang", Map.of("n", 1)));
        Site site = site(define(tool("hang", (input, context) -> Mono.never().doOnSubscribe(s -> begun.tryEmitEmpty())))
                .build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        begun.asMono().block(SOON);

        get(site.runs().cancel(runId));

        assertThat(get(failed.asMono()).exception().code()).isEqualTo("agent_cancelled");
        assertThat(told.only(AgentRunStarted.class).agent()).isEqualTo("helper");
    }

    /** The worker hears of it when it writes what the model goes on with. */
    @Test
    void aCancelByAnotherProcessIsTheEndAndWhatWasSaidIsKept() {
        provider.enqueue(ScriptedReply.builder()
                .repeat("word ", 2_000)
                .chunkSize(1)
                .chunkDelay(Duration.ofMillis(10))
                .build());
        AgentDefinition agent = define().memory(ConversationMemory.buffer()).build();
        Site site = site(agent);
        site.runs().start().block(SOON);
        String runId = get(Agent.bind(site.agents().get("helper"), site.runtime())
                .runAsync("Go", AgentContext.conversation("c1"))
                .dispatch());
        get(site.runs().follow(runId, null).next());

        get(site(agent).runs().cancel(runId));

        assertThat(get(failed.asMono()).exception().code()).isEqualTo("agent_cancelled");
        assertThat(get(conversations.history("c1").collectList()))
                .extracting(Message::role)
                .containsExactly(Role.USER, Role.ASSISTANT);
    }

    @Test
    void aDeadlineIsTheEndUnderItsName() {
        provider.enqueue(ScriptedReply.toolCall("t1", "hang", Map.of("n", 1)));
        Site site = site(define(tool("hang", (input, context) -> Mono.never())).build());
        site.runs().start().block(SOON);

        get(site.pending("Go").deadline(Duration.ofMillis(500)).dispatch());

        assertThat(get(failed.asMono()).exception().code()).isEqualTo("deadline_exceeded");
    }
}
