package io.cortexreactive.memory;

import static io.cortexreactive.memory.Talk.all;
import static io.cortexreactive.memory.Talk.ask;
import static io.cortexreactive.memory.Talk.say;
import static io.cortexreactive.memory.Talk.told;
import static io.cortexreactive.memory.Talk.tools;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class SummaryMemoryTests {

    private static final String SUMMARY = "Summary of what was said so far:\n";

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final ConversationStore store = ConversationStore.inMemory();
    private final Conversations conversations = Conversations.on(store);

    /** Keeps 2 messages once there are more than 5. */
    private final ConversationMemory memory =
            ConversationMemory.summary(chat(), SummarySettings.DEFAULTS.withMessages(2, 5));

    private ChatClient chat() {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        return ChatClient.create(tenants, providers, List.of());
    }

    private Conversation open() {
        return Talk.value(memory.open("talk", conversations));
    }

    private static List<String> window(Conversation conversation) {
        List<Message> window = Talk.value(conversation.window());
        Talk.assertValid(window);
        return told(window);
    }

    private static List<Message> chatter(int from, int to) {
        List<Message> said = new ArrayList<>();
        IntStream.rangeClosed(from, to).forEach(i -> said.addAll(all(ask("ask" + i), say("say" + i))));
        return said;
    }

    private String asked(int call) {
        ChatRequest request = provider.requests().get(call);
        assertThat(request.messages())
                .hasSize(1)
                .first()
                .extracting(Message::role)
                .isEqualTo(Role.USER);
        return request.messages().get(0).text();
    }

    @Test
    void fewMessagesAreToldAsTheyAre() {
        Conversation conversation = open();
        Talk.done(conversation.append(all(chatter(1, 2), ask("q"))));

        assertThat(window(conversation)).containsExactly("ask1", "say1", "ask2", "say2", "q");
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void whatIsOlderIsSummarized() {
        provider.enqueue(ScriptedReply.text("They talked."));
        Conversation conversation = open();
        Talk.done(conversation.append(all(chatter(1, 3), ask("q"))));

        assertThat(window(conversation)).containsExactly(SUMMARY + "They talked.", "ask3", "say3", "q");
        assertThat(asked(0))
                .contains("User: ask1\nAssistant: say1\nUser: ask2\nAssistant: say2\n")
                .doesNotContain("ask3", "Earlier summary");
        assertThat(provider.requests().get(0).system()).isEqualTo(SummarySettings.DEFAULTS.instruction());
    }

    @Test
    void toolCallsAreSummarizedWithTheirResults() {
        provider.enqueue(ScriptedReply.text("Looked twice."));
        Conversation conversation = open();
        Talk.done(conversation.append(all(ask("q"), tools("a"), tools("b"), tools("c"))));

        assertThat(window(conversation)).containsExactly(SUMMARY + "Looked twice.", "q", "?c", "=c");
        assertThat(asked(0)).contains("Assistant calls look: {}\nResult: result of a\n", "result of b");
    }

    @Test
    void nextSummaryIsMadeFromTheOneBefore() {
        provider.enqueue(ScriptedReply.text("First."), ScriptedReply.text("Second."));
        Conversation conversation = open();
        Talk.done(conversation.append(chatter(1, 3)));
        window(conversation);
        Talk.done(conversation.append(chatter(4, 5)));

        assertThat(window(conversation)).containsExactly(SUMMARY + "Second.", "ask5", "say5");
        assertThat(asked(1))
                .contains("Earlier summary: First.\n", "User: ask3\n", "say4")
                .doesNotContain("ask2", "ask5");
    }

    @Test
    void summaryIsKeptForTheNextRun() {
        provider.enqueue(ScriptedReply.text("They talked."));
        Conversation first = open();
        Talk.done(first.append(chatter(1, 3)));
        window(first);
        Talk.done(first.close());
        Conversation second = open();
        Talk.done(second.append(ask("q")));

        assertThat(window(second)).containsExactly(SUMMARY + "They talked.", "ask3", "say3", "q");
        assertThat(provider.requests()).hasSize(1);
        assertThat(Talk.value(store.summary(new ConversationKey(null, "talk"))))
                .isEqualTo(new ConversationSummary("They talked.", 4));
        Talk.done(conversations
                .history("talk")
                .count()
                .doOnNext(all -> assertThat(all).isEqualTo(7)));
    }

    @Test
    void summaryInTheMiddleOfARunIsGoneOnFrom() {
        provider.enqueue(ScriptedReply.text("Looked twice."));
        Conversation first = open();
        Talk.done(first.append(all(ask("q"), tools("a"), tools("b"), tools("c"))));
        window(first);
        Talk.done(first.close());
        Conversation second = open();
        Talk.done(second.append(ask("and?")));

        assertThat(window(second)).containsExactly(SUMMARY + "Looked twice.", "?c", "=c", "and?");
    }

    @Test
    void deletedConversationHasNoSummary() {
        provider.enqueue(ScriptedReply.text("They talked."));
        Conversation first = open();
        Talk.done(first.append(chatter(1, 3)));
        window(first);
        Talk.done(first.close().then(conversations.delete("talk")));
        Conversation second = open();
        Talk.done(second.append(ask("q")));

        assertThat(window(second)).containsExactly("q");
    }

    @Test
    void runOutsideOfAConversationHasASummaryOfItsOwn() {
        provider.enqueue(ScriptedReply.text("They talked."));
        Conversation conversation = Talk.value(memory.open(null, conversations));
        Talk.done(conversation.append(chatter(1, 3)));

        assertThat(window(conversation)).containsExactly(SUMMARY + "They talked.", "ask3", "say3");
        Conversation next = Talk.value(memory.open(null, conversations));
        assertThat(window(next)).isEmpty();
    }

    @Test
    void modelThatFailsFailsNoRunAndIsAskedAgainLater() {
        provider.enqueue(
                ScriptedReply.fail(Fault.status(400, "ValidationException", "no")),
                ScriptedReply.text(" "),
                ScriptedReply.text("At last."));
        Conversation conversation = open();
        Talk.done(conversation.append(chatter(1, 3)));
        assertThat(window(conversation)).isEqualTo(told(chatter(1, 3)));
        assertThat(window(conversation)).hasSize(6);
        Talk.done(conversation.append(ask("ask4")));
        assertThat(window(conversation)).hasSize(7);
        assertThat(provider.requests()).hasSize(1);

        Talk.done(conversation.append(say("say4")));
        Talk.done(conversation.append(ask("ask5")));
        assertThat(window(conversation)).hasSize(9);
        assertThat(provider.requests()).hasSize(2);
        Talk.done(conversation.append(all(say("say5"), chatter(6, 6))));

        assertThat(window(conversation)).containsExactly(SUMMARY + "At last.", "ask6", "say6");
        assertThat(asked(2)).contains("ask1", "say5");
    }

    @Test
    void longConversationIsSummarizedPieceByPiece() {
        provider.enqueue(ScriptedReply.text("One."), ScriptedReply.text("Two."), ScriptedReply.text("Three."));
        Talk.done(store.append(new ConversationKey(null, "talk"), 0, chatter(1, 120)));

        assertThat(window(open())).containsExactly(SUMMARY + "Three.", "ask120", "say120");
        assertThat(asked(1))
                .contains("Earlier summary: One.", "ask51", "say100")
                .doesNotContain("ask50", "ask101");
    }

    @Test
    void longPartsAreCut() {
        provider.enqueue(ScriptedReply.text("Long."));
        Conversation conversation = open();
        Talk.done(conversation.append(all(ask("x".repeat(3_999) + "🌍"), chatter(1, 3))));

        assertThat(window(conversation)).hasSize(3);
        assertThat(asked(0)).contains("User: " + "x".repeat(3_999) + " [cut]\n");
    }

    @Test
    void lineAroundWhatWasSaidCannotBeGuessed() {
        provider.enqueue(ScriptedReply.text("a"), ScriptedReply.text("a"));
        window(full("talk"));
        window(full("other"));

        String first = asked(0).lines().skip(1).findFirst().orElseThrow();
        assertThat(asked(0)).endsWith(first + "\n");
        assertThat(asked(1)).doesNotContain(first);
    }

    private Conversation full(String id) {
        Conversation conversation = Talk.value(memory.open(id, conversations));
        Talk.done(conversation.append(chatter(1, 3)));
        return conversation;
    }

    @Test
    void cancelEndsTheCallOfTheModel() {
        provider.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        Conversation conversation = open();
        Talk.done(conversation.append(chatter(1, 3)));
        Disposable asking = conversation.window().subscribe();
        assertThat(provider.active()).isEqualTo(1);
        asking.dispose();

        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void summaryOfATenantIsAskedForAsThatTenant() {
        provider.enqueue(ScriptedReply.text("They talked."));
        Conversation conversation =
                Talk.value(memory.open("talk", conversations).contextWrite(Talk.as("acme")));
        Talk.done(conversation.append(chatter(1, 3)));
        Talk.done(conversation.window().contextWrite(Talk.as("acme")));

        assertThat(store.summary(new ConversationKey(null, "talk")).blockOptional(Talk.LONG))
                .isEmpty();
        assertThat(Talk.value(store.summary(new ConversationKey("acme", "talk")))
                        .text())
                .isEqualTo("They talked.");
    }

    @Test
    void settingsReachTheModel() {
        provider.enqueue(ScriptedReply.text("Kurz."));
        SummarySettings settings =
                SummarySettings.DEFAULTS.withMessages(1, 2).withModel("small").withInstruction("Be brief.");
        Conversation conversation =
                Talk.value(ConversationMemory.summary(chat(), settings).open(null, conversations));
        Talk.done(conversation.append(chatter(1, 2)));

        assertThat(window(conversation)).containsExactly(SUMMARY + "Kurz.", "ask2", "say2");
        assertThat(provider.requests().get(0).model()).isEqualTo("small");
        assertThat(provider.requests().get(0).system()).isEqualTo("Be brief.");
    }
}
