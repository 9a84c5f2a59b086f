package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.memory.SummarySettings;
import io.cortexreactive.memory.Truncation;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What models of loops are told from the memories that there are, within a run and in the next. */
class LoopMemoryTests extends AgentFixture {

    private static final String ACT = "Thought: I count.\nAction: count\nAction Input: {\"n\": 1}";

    private static final Map<String, Function<LoopMemoryTests, ConversationMemory>> MEMORIES = Map.of(
            "buffer", test -> ConversationMemory.buffer(),
            "sliding", test -> ConversationMemory.slidingWindow(40),
            "narrow", test -> ConversationMemory.slidingWindow(3),
            "oldest", test -> ConversationMemory.tokenLimit(50_000, Truncation.OLDEST),
            "middle", test -> ConversationMemory.tokenLimit(50_000, Truncation.MIDDLE),
            "summary", test -> ConversationMemory.summary(chat(test.summarizing), SummarySettings.DEFAULTS));

    private final ScriptedProvider summarizing = ScriptedProvider.builder()
            .script(call -> ScriptedReply.text("Much was said."))
            .build();
    private final ScriptedProvider plain =
            ScriptedProvider.builder().capabilities(ProviderCapabilities.of()).build();
    private final Conversations conversations = Conversations.inMemory();

    private Agent looping(AgentLoop loop, String memory, ScriptedProvider model) {
        AgentDefinition definition = Agent.define("helper")
                .tools(counter())
                .loop(loop)
                .memory(Objects.requireNonNull(MEMORIES.get(memory)).apply(this))
                .build();
        AgentRuntime.Around around = AgentRuntime.Around.nothing().withConversations(conversations);
        return Agent.bind(definition, runtime(chat(model)).with(around));
    }

    private static AgentContext in(String conversation) {
        return conversation.equals("none") ? AgentContext.NONE : AgentContext.conversation(conversation);
    }

    private static String last(ChatRequest request) {
        return request.messages().get(request.messages().size() - 1).text();
    }

    @ParameterizedTest
    @CsvSource({
        "buffer, none", "sliding, none", "narrow, none", "oldest, none", "middle, none", "summary, none",
        "buffer, talk", "sliding, talk", "narrow, talk", "oldest, talk", "middle, talk", "summary, talk"
    })
    void planIsCarriedOutStepByStep(String memory, String conversation) {
        provider.enqueue(
                ScriptedReply.text("{\"steps\":[\"Count\",\"Look\"]}"),
                call("t1", "count"),
                ScriptedReply.text("One."),
                ScriptedReply.text("Seen."),
                ScriptedReply.text("One was seen."));
        looping(AgentLoop.planAndExecute(), memory, provider)
                .run("Go", in(conversation))
                .block(LONG);
        List<ChatRequest> asked = provider.requests();

        assertThat(last(asked.get(1))).startsWith("Step 1 of 2: Count");
        assertThat(last(asked.get(3))).startsWith("Step 2 of 2: Look");
        assertThat(last(asked.get(4))).contains("- Count\n  One.\n- Look\n  Seen.");
        assertThat(asked)
                .allSatisfy(request -> assertThat(request.messages().get(0)).isEqualTo(Message.user("Go")));
        assertPaired(asked);
    }

    private static void assertPaired(List<ChatRequest> asked) {
        asked.forEach(request -> AgentLimitsTests.assertPaired(request.messages()));
    }

    @ParameterizedTest
    @CsvSource({"buffer", "sliding", "oldest", "middle", "summary"})
    void nextRunKnowsTheStepsOfThePlanBefore(String memory) {
        provider.enqueue(
                ScriptedReply.text("{\"steps\":[\"Count\"]}"),
                call("t1", "count"),
                ScriptedReply.text("One."),
                ScriptedReply.text("It is one."),
                ScriptedReply.text("Again."));
        looping(AgentLoop.planAndExecute(), memory, provider)
                .run("Go", in("talk"))
                .block(LONG);
        looping(AgentLoop.simple(), memory, provider).run("And?", in("talk")).block(LONG);
        List<Message> told = provider.requests().get(4).messages();

        assertThat(told)
                .extracting(Message::role)
                .containsExactly(
                        Role.USER,
                        Role.ASSISTANT,
                        Role.USER,
                        Role.ASSISTANT,
                        Role.TOOL,
                        Role.ASSISTANT,
                        Role.USER,
                        Role.ASSISTANT,
                        Role.USER);
        assertThat(told.get(2).text()).startsWith("Step 1 of 1: Count");
    }

    @ParameterizedTest
    @CsvSource({"buffer", "sliding", "oldest", "middle", "summary"})
    void nextRunKnowsTheObservationsOfTheRunBefore(String memory) {
        plain.enqueue(
                ScriptedReply.text(ACT),
                ScriptedReply.text("Final Answer: One."),
                ScriptedReply.text("Final Answer: 1"));
        Agent agent = looping(AgentLoop.react(), memory, plain);
        agent.run("Go", in("talk")).block(LONG);
        agent.run("And?", in("talk")).block(LONG);
        List<Message> told = plain.requests().get(2).messages();

        assertThat(told).hasSize(5);
        assertThat(told.get(1).text()).isEqualTo(ACT);
        assertThat(told.get(2).text()).startsWith("Observation:").contains("ran 1");
        assertThat(told.get(4).text()).isEqualTo("And?");
    }

    @Test
    void narrowWindowPartsNoActionFromItsObservation() {
        plain.enqueue(
                ScriptedReply.text(ACT),
                ScriptedReply.text(ACT),
                ScriptedReply.text("Final Answer: Two."),
                ScriptedReply.text("Final Answer: 2"));
        Agent agent = looping(AgentLoop.react(), "narrow", plain);
        agent.run("Go", in("talk")).block(LONG);

        assertThat(plain.requests().get(2).messages())
                .extracting(message -> message.text().lines().findFirst().orElse(""))
                .containsExactly("Go", "Thought: I count.", "Observation:");
    }
}
