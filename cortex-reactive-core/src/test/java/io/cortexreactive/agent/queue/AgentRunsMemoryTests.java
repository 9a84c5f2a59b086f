package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the memory has of runs that were begun anew. */
class AgentRunsMemoryTests extends AgentRunsFixture {

    private static final ScriptedReply REFUSED = ScriptedReply.fail(Fault.status(400, "ValidationException", "no"));

    private Site site = site();

    @BeforeEach
    void start() {
        site = site(define(tool("count", (input, context) -> Mono.just("one")))
                .memory(ConversationMemory.buffer())
                .build());
        site.runs().start().block(SOON);
    }

    private String run(String input) {
        return get(Agent.bind(site.agents().get("helper"), site.runtime())
                .runAsync(input, AgentContext.conversation("c1"))
                .dispatch());
    }

    private String failed(ScriptedReply... replies) {
        provider.enqueue(replies);
        String runId = run("Go");
        assertThatThrownBy(() -> site.runs().await(runId).block(SOON)).isInstanceOf(AgentRunFailedException.class);
        return runId;
    }

    private String redriven(String runId, ScriptedReply... replies) {
        provider.enqueue(replies);
        String again = get(site.runs().redrive(runId));
        assertThat(get(site.runs().await(again)).output()).isEqualTo("It is one.");
        return again;
    }

    private List<Message> history() {
        return get(conversations.history("c1").collectList());
    }

    private List<Role> roles(List<Message> messages) {
        return messages.stream().map(Message::role).toList();
    }

    @Test
    void aRunThatIsBegunAnewAddsWhatItSaysFurther() {
        String runId = failed(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), REFUSED);
        assertThat(roles(history())).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);

        redriven(runId, ScriptedReply.text("It is one."));

        assertThat(roles(history())).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT);
        assertThat(history().get(3).text()).isEqualTo("It is one.");
    }

    @Test
    void itsModelIsToldOnceWhatWasSaid() {
        String runId = failed(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), REFUSED);

        redriven(runId, ScriptedReply.text("It is one."));

        assertThat(roles(provider.requests().get(2).messages())).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
    }

    @Test
    void aRunThatIsBegunAnewTwiceAddsItOnce() {
        String runId = failed(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), REFUSED);
        provider.enqueue(ScriptedReply.toolCall("t2", "count", Map.of("n", 2)), REFUSED);
        String second = get(site.runs().redrive(runId));
        assertThatThrownBy(() -> site.runs().await(second).block(SOON)).isInstanceOf(AgentRunFailedException.class);

        redriven(second, ScriptedReply.text("It is one."));

        assertThat(roles(history()))
                .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT);
    }

    @Test
    void behindAnotherRunItsTurnIsPutAsAWhole() {
        String runId = failed(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), REFUSED);
        provider.enqueue(ScriptedReply.text("Hello."));
        get(site.runs().await(run("Hi")));

        redriven(runId, ScriptedReply.text("It is one."));

        List<Message> all = history();
        assertThat(all).hasSize(9);
        assertThat(roles(all.subList(5, 9))).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT);
    }

    @Test
    void anAnswerThatHadBrokenOffIsLeftBehind() {
        String runId = failed(ScriptedReply.builder()
                .chunks("It ", "was ")
                .fault(Fault.errorAfter(2, "validationException", "no"))
                .build());
        assertThat(roles(history())).containsExactly(Role.USER, Role.ASSISTANT);

        redriven(runId, ScriptedReply.text("It is one."));

        assertThat(roles(history())).containsExactly(Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT);
        assertThat(roles(provider.requests().get(1).messages())).containsExactly(Role.USER);
    }
}
