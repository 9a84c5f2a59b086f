package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code docs/plugins/memory.md} shows, compiled and run. */
class MemoryGuideTests {

    private final ScriptedProvider provider = ScriptedProvider.of("Hello, Ada.", "You are Ada.");
    private final Cortex cortex = Cortex.builder().provider(provider).build();
    private final ChatClient chat = cortex.chat();
    private final TenantContext tenant = TenantContext.builder("acme").build();

    @AfterEach
    void close() {
        Talk.done(cortex.close());
    }

    /** A turn of a chat. */
    private static final class Chat {

        private final ChatClient chat;

        Chat(ChatClient chat) {
            this.chat = chat;
        }

        private final ConversationMemory memory = ConversationMemory.slidingWindow(40);
        private final Conversations conversations = Conversations.inMemory();

        Mono<String> answer(String conversationId, String question) {
            return Mono.usingWhen(
                    memory.open(conversationId, conversations),
                    conversation -> answer(conversation, Message.user(question)),
                    Conversation::close);
        }

        private Mono<String> answer(Conversation conversation, Message question) {
            return conversation
                    .append(List.of(question))
                    .then(conversation.window())
                    .flatMap(window ->
                            chat.send(ChatRequest.builder().messages(window).build()))
                    .map(ChatResponse::message)
                    .flatMap(answer -> conversation.append(List.of(answer)).thenReturn(answer.text()));
        }
    }

    @Test
    void remembers() {
        Chat talk = new Chat(chat);
        Talk.done(talk.answer("talk-7", "I am Ada."));

        assertThat(Talk.value(talk.answer("talk-7", "Who am I?"))).isEqualTo("You are Ada.");
        assertThat(Talk.told(provider.requests().get(1).messages()))
                .containsExactly("I am Ada.", "Hello, Ada.", "Who am I?");
    }

    @Test
    void memoriesAreChosen() {
        ConversationMemory everything = ConversationMemory.buffer();
        ConversationMemory latest = ConversationMemory.slidingWindow(40);
        ConversationMemory fitting = ConversationMemory.tokenLimit(50_000, Truncation.MIDDLE);
        ConversationMemory summed = ConversationMemory.summary(
                chat, SummarySettings.DEFAULTS.withMessages(20, 60).withModel("small"));

        ConversationMemory refusing = ConversationMemory.buffer().whenBusy(WhenBusy.REFUSE);
        ConversationMemory patient = ConversationMemory.buffer().waitAtMost(Duration.ofMinutes(5));

        assertThat(List.of(everything, latest, fitting, summed, refusing, patient))
                .allSatisfy(memory -> assertThat(
                                memory.open(null, Conversations.inMemory()).block(Talk.LONG))
                        .isNotNull());
    }

    @Test
    void summariesAreMadeByTheFrontDoor() {
        Cortex cortex = Cortex.builder().provider(provider).build();
        ConversationMemory memory = ConversationMemory.summary(cortex.chat(), SummarySettings.DEFAULTS);
        cortex.agents().register(Agent.define("host").memory(memory).build());

        Mono<AgentResponse> response = cortex.agent("host").run("I am Ada.", AgentContext.conversation("talk-7"));

        Conversations conversations = Conversations.on(cortex.conversationStore());

        assertThat(Talk.value(response).output()).isEqualTo("Hello, Ada.");
        assertThat(Talk.value(conversations.history("talk-7").map(Message::text).collectList()))
                .containsExactly("I am Ada.", "Hello, Ada.");
        Talk.done(cortex.close());
    }

    @Test
    void readsAndForgets() {
        ConversationStore store = ConversationStore.inMemory(1_000, 100_000);
        Conversations conversations = Conversations.on(store);

        Flux<Message> said = conversations.history("talk-7").contextWrite(Tenancy.as(tenant));
        Mono<Void> forgotten = conversations.delete("talk-7").contextWrite(Tenancy.as(tenant));

        Talk.done(store.append(new ConversationKey("acme", "talk-7"), 0, Talk.ask("a")));
        assertThat(Talk.value(said.collectList())).isEqualTo(Talk.ask("a"));
        Talk.done(forgotten);
        assertThat(Talk.value(said.collectList())).isEmpty();
    }
}
