package io.cortexreactive.memory;

import static io.cortexreactive.memory.Talk.all;
import static io.cortexreactive.memory.Talk.ask;
import static io.cortexreactive.memory.Talk.say;
import static io.cortexreactive.memory.Talk.told;
import static io.cortexreactive.memory.Talk.tools;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What memories tell, within one run and of runs before. */
class WindowTests {

    private final ConversationStore store = ConversationStore.inMemory();
    private final Conversations conversations = Conversations.on(store);

    private static Conversation passing(ConversationMemory memory) {
        return Talk.value(memory.open(null, Conversations.inMemory()));
    }

    private static List<Message> window(Conversation conversation) {
        return Talk.value(conversation.window());
    }

    /** The window of a run in which all of this is said. */
    private static List<String> within(ConversationMemory memory, List<Message> said) {
        Conversation conversation = passing(memory);
        Talk.done(conversation.append(said));
        return told(window(conversation));
    }

    /** The window of a run that asks {@code "q"} after all of this was said in earlier ones. */
    private List<String> after(ConversationMemory memory, List<Message> said) {
        ConversationKey key = new ConversationKey(null, "talk");
        Talk.done(store.delete(key).then(store.append(key, 0, said)));
        return Talk.value(Mono.usingWhen(
                memory.open("talk", conversations),
                open -> open.append(ask("q")).then(open.window()).map(Talk::told),
                Conversation::close));
    }

    /** How many tokens these are, {@link #tokens} of them. */
    private static long tokens(List<Message> messages) {
        return messages.stream().mapToLong(TokenEstimate::of).sum();
    }

    private static List<Message> rounds(int from, int to) {
        List<Message> rounds = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            rounds.addAll(tools("t" + i));
        }
        return rounds;
    }

    @Test
    void bufferTellsEverything() {
        List<Message> said = all(ask("a"), tools("t1", "t2"), say("b"), ask("c"), say("d"));

        assertThat(within(ConversationMemory.buffer(), said)).containsExactly("a", "?t1,t2", "=t1,t2", "b", "c", "d");
        assertThat(after(ConversationMemory.buffer(), said))
                .containsExactly("a", "?t1,t2", "=t1,t2", "b", "c", "d", "q");
    }

    @Test
    void windowBeginsWithWhatAUserSaid() {
        List<Message> said = all(say("Welcome"), ask("a"), say("b"));

        assertThat(within(ConversationMemory.buffer(), said)).containsExactly("a", "b");
        assertThat(within(ConversationMemory.slidingWindow(5), said)).containsExactly("a", "b");
        assertThat(within(ConversationMemory.tokenLimit(1_000, Truncation.MIDDLE), said))
                .containsExactly("a", "b");
        assertThat(within(ConversationMemory.slidingWindow(5), say("Welcome"))).isEmpty();
    }

    @Test
    void windowIsNotChangedByWhatIsSaidLater() {
        for (ConversationMemory memory : List.of(ConversationMemory.buffer(), ConversationMemory.slidingWindow(3))) {
            Conversation conversation = passing(memory);
            Talk.done(conversation.append(ask("a")));
            List<Message> before = window(conversation);
            Talk.done(conversation.append(say("b")));

            assertThat(told(before)).containsExactly("a");
            assertThatThrownBy(() -> before.add(Message.user("x"))).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void bufferIsNotCopiedIntoARequest() {
        Conversation conversation = passing(ConversationMemory.buffer());
        Talk.done(conversation.append(all(ask("a"), rounds(1, 20))));
        List<Message> window = window(conversation);

        assertThat(ChatRequest.builder().messages(window).build().messages()).isSameAs(window);
    }

    @Test
    void slidingWindowKeepsTheQuestionAndTheLatestRounds() {
        ConversationMemory memory = ConversationMemory.slidingWindow(6);
        List<Message> said = all(ask("old"), say("answer"), ask("a"), rounds(1, 9));

        assertThat(within(memory, said)).containsExactly("a", "?t8", "=t8", "?t9", "=t9");
        assertThat(within(memory, all(said, say("b")))).containsExactly("a", "?t8", "=t8", "?t9", "=t9", "b");
    }

    @Test
    void slidingWindowTellsTheAnswerOfALongRunBefore() {
        ConversationMemory memory = ConversationMemory.slidingWindow(5);
        List<Message> said = all(ask("a"), rounds(1, 200), say("b"));

        assertThat(after(memory, said)).containsExactly("a", "?t200", "=t200", "b", "q");
        assertThat(within(memory, all(said, ask("q")))).containsExactly("a", "?t200", "=t200", "b", "q");
    }

    @Test
    void slidingWindowMayBeginBetweenRuns() {
        ConversationMemory memory = ConversationMemory.slidingWindow(3);
        List<Message> said = all(ask("a"), say("b"), ask("c"), say("d"));

        assertThat(after(memory, said)).containsExactly("c", "d", "q");
    }

    @Test
    void roundOfManyResultsStaysWholeThoughItIsMoreThanTheWindow() {
        List<Message> round = new ArrayList<>();
        round.add(Message.assistant(ToolCall.of("x", "t", Map.of()), ToolCall.of("y", "t", Map.of())));
        round.add(Message.toolResult("y", "2", false));
        round.add(Message.toolResult("x", "1", false));

        assertThat(within(ConversationMemory.slidingWindow(3), all(ask("a"), rounds(1, 3), round)))
                .containsExactly("a", "?x,y", "=y", "=x");
    }

    @Test
    void slidingWindowOfALongRunStaysSmall() {
        Conversation conversation = passing(ConversationMemory.slidingWindow(20));
        Talk.done(conversation.append(ask("a")));
        for (int i = 0; i < 100_000; i++) {
            Talk.done(conversation.append(tools("t")));
            assertThat(window(conversation)).hasSizeLessThanOrEqualTo(20);
        }
    }

    @Test
    void longConversationIsReadFromItsEnd() {
        Counting counting = new Counting(store);
        Talk.done(store.append(
                new ConversationKey(null, "long"), 0, all(ask("a"), rounds(1, 2_000), ask("c"), say("d"))));
        Conversation conversation =
                Talk.value(ConversationMemory.slidingWindow(10).open("long", Conversations.on(counting)));
        Talk.done(conversation.append(ask("q")));

        assertThat(told(window(conversation))).containsExactly("c", "d", "q");
        assertThat(counting.read).hasValueLessThan(1_500);
        Talk.done(conversation.close());
    }

    @Test
    void tokenLimitKeepsWhatFits() {
        List<Message> kept = all(ask("c"), tools("t1"), say("d"));
        List<Message> said = all(ask("a"), say("b"), kept);

        assertThat(within(ConversationMemory.tokenLimit(tokens(said)), said)).hasSize(6);
        assertThat(within(ConversationMemory.tokenLimit(tokens(said) - 1), said))
                .containsExactly("c", "?t1", "=t1", "d");
        assertThat(within(ConversationMemory.tokenLimit(tokens(kept) - 1), said))
                .containsExactly("c", "d");
    }

    @Test
    void tokenLimitCountsWhatWasSaidInEarlierRuns() {
        List<Message> latest = all(ask("c"), say("d"));
        List<Message> said = all(ask("a"), rounds(1, 150), say("b"), latest);

        assertThat(after(ConversationMemory.tokenLimit(tokens(latest) + tokens(ask("q"))), said))
                .containsExactly("c", "d", "q");
        assertThat(after(ConversationMemory.tokenLimit(1_000_000), said)).hasSize(said.size() + 1);
    }

    @Test
    void questionAboveTheLimitIsRefusedWithTheCounts() {
        String question = "word ".repeat(100);
        Conversation conversation = passing(ConversationMemory.tokenLimit(100));
        Talk.done(conversation.append(all(ask("a"), say("b"), ask(question))));

        assertThatThrownBy(() -> window(conversation)).isInstanceOfSatisfying(LimitExceededException.class, error -> {
            assertThat(error.limit()).isEqualTo(100);
            assertThat(error.actual()).isEqualTo(tokens(ask(question)));
        });
    }

    @Test
    void conversationGoesOnAfterAQuestionAboveTheLimit() {
        Conversation conversation = passing(ConversationMemory.tokenLimit(100));
        Talk.done(conversation.append(ask("word ".repeat(100))));
        Talk.done(conversation.append(ask("short")));

        assertThat(told(window(conversation))).containsExactly("short");
    }

    @Test
    void middleIsLeftOut() {
        List<Message> first = all(ask("a"), say("b"));
        List<Message> latest = all(ask("y"), say("z"));
        List<Message> said = all(first, ask("c"), rounds(1, 150), say("d"), latest);
        ConversationMemory memory =
                ConversationMemory.tokenLimit(tokens(first) + tokens(latest) + tokens(ask("q")), Truncation.MIDDLE);

        assertThat(within(memory, all(said, ask("q")))).containsExactly("a", "b", "y", "z", "q");
        assertThat(after(memory, said)).containsExactly("a", "b", "y", "z", "q");
    }

    @Test
    void middleOfTheFirstExchangeIsLeftOutToo() {
        List<Message> said = all(ask("a"), rounds(1, 150), say("b"));
        long limit = 2 * tokens(all(ask("a"), tools("t1"))) + tokens(ask("q"));
        ConversationMemory memory = ConversationMemory.tokenLimit(limit, Truncation.MIDDLE);

        assertThat(within(memory, said))
                .startsWith("a", "?t1", "=t1")
                .endsWith("b")
                .hasSizeLessThan(8);
        assertThat(after(memory, said))
                .startsWith("a", "?t1", "=t1")
                .endsWith("b", "q")
                .hasSizeLessThan(8);
    }

    @Test
    void shortConversationIsWholeWithMiddleToo() {
        ConversationMemory memory = ConversationMemory.tokenLimit(1_000, Truncation.MIDDLE);
        List<Message> said = all(ask("a"), tools("t1"), say("b"), ask("c"), say("d"));

        assertThat(within(memory, said)).isEqualTo(told(said));
        assertThat(after(memory, said)).isEqualTo(told(all(said, ask("q"))));
        assertThat(after(memory, ask("a"))).containsExactly("a", "q");
    }

    @Test
    void firstExchangeGivesWayToWhatMustStay() {
        List<Message> latest = all(ask("word ".repeat(60)));
        ConversationMemory memory = ConversationMemory.tokenLimit(tokens(latest) + 1, Truncation.MIDDLE);

        assertThat(within(memory, all(ask("a"), say("b"), latest))).isEqualTo(told(latest));
    }

    @Test
    void storedCallWithoutAResultIsToldWithOne() {
        List<Message> broken = all(
                ask("a"),
                List.of(tools("t1").get(0)),
                ask("b"),
                List.of(tools("t2").get(1)));

        assertThat(after(ConversationMemory.buffer(), broken)).containsExactly("a", "?t1", "=t1", "b", "q");
        assertThat(after(ConversationMemory.slidingWindow(9), broken)).containsExactly("a", "?t1", "=t1", "b", "q");
    }

    @Test
    void callIsNotAddedWithoutItsResult() {
        Message call = tools("t1").get(0);
        Message result = tools("t1").get(1);
        Conversation kept = Talk.value(ConversationMemory.buffer().open("talk", conversations));
        for (Conversation conversation : List.of(passing(ConversationMemory.buffer()), kept)) {
            for (List<Message> wrong : List.of(
                    List.of(call),
                    List.of(result),
                    List.of(call, Message.user("a"), result),
                    List.of(call, Message.toolResult("other", "x", false)),
                    List.of(call, result, Message.toolResult("t1", "again", false)))) {
                assertThatThrownBy(() -> Talk.done(conversation.append(wrong)))
                        .isInstanceOf(InvalidConversationException.class);
            }
            assertThat(window(conversation)).isEmpty();
        }
        Talk.done(kept.close());
    }

    @Test
    void impossibleWindowsAreRefused() {
        assertThatThrownBy(() -> ConversationMemory.slidingWindow(2)).isInstanceOf(MemoryConfigurationException.class);
        assertThatThrownBy(() -> ConversationMemory.tokenLimit(0)).isInstanceOf(MemoryConfigurationException.class);
        assertThatThrownBy(() -> SummarySettings.DEFAULTS.withMessages(5, 5))
                .isInstanceOf(MemoryConfigurationException.class);
    }

    static Stream<Long> seeds() {
        return new Random(20261126).longs(60).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyWindowOfEveryConversationIsValid(long seed) {
        Random random = new Random(seed);
        List<Message> said = anything(random);
        long limit = 3L + random.nextInt(40);
        long tokens = 60L + random.nextInt(300);
        for (ConversationMemory memory : List.of(
                ConversationMemory.buffer(),
                ConversationMemory.slidingWindow((int) limit),
                ConversationMemory.tokenLimit(tokens),
                ConversationMemory.tokenLimit(tokens, Truncation.MIDDLE))) {
            ConversationKey key = new ConversationKey(null, "talk");
            Talk.done(store.delete(key).then(store.append(key, 0, said)));
            Conversation conversation = Talk.value(memory.open("talk", conversations));
            for (List<Message> more : List.of(ask("q"), tools("x", "y"), tools("z"), say("end"))) {
                Talk.done(conversation.append(more));
                List<Message> window = window(conversation);
                Talk.assertValid(window);
                assertThat(window).endsWith(more.toArray(Message[]::new));
                assertThat(told(window)).contains("q").doesNotHaveDuplicates();
            }
            Talk.done(conversation.close());
        }
    }

    /** Whole units, each told apart. */
    private static List<Message> anything(Random random) {
        List<Message> said = new ArrayList<>();
        int count = random.nextInt(400);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(8)) {
                case 0 -> said.addAll(ask("ask" + i));
                case 1 -> said.addAll(say("say" + i));
                case 2 -> said.addAll(tools("a" + i, "b" + i));
                default -> said.addAll(tools("t" + i));
            }
        }
        return said;
    }

    private static List<Message> loop(String text) {
        return List.of(new Message(Role.USER, List.of(new TextContent(text)), Map.of(Message.FROM_AGENT, true)));
    }

    @Test
    void whatALoopTellsItsModelIsToldAndIsNoUsersWord() {
        List<ConversationMemory> memories = List.of(
                ConversationMemory.buffer(),
                ConversationMemory.slidingWindow(20),
                ConversationMemory.tokenLimit(10_000, Truncation.MIDDLE));
        for (ConversationMemory memory : memories) {
            Conversation conversation = passing(memory);
            for (List<Message> each :
                    List.of(ask("a"), say("plan"), loop("step"), tools("t1"), loop("more"), say("done"))) {
                Talk.done(conversation.append(each));
            }

            assertThat(told(window(conversation))).containsExactly("a", "plan", "step", "?t1", "=t1", "more", "done");
            assertThat(after(memory, all(ask("a"), say("plan"), loop("step"), tools("t1"), loop("more"), say("done"))))
                    .containsExactly("a", "plan", "step", "?t1", "=t1", "more", "done", "q");
        }
        assertThat(within(
                        ConversationMemory.slidingWindow(3),
                        all(ask("a"), say("plan"), loop("s"), say("b"), loop("t"))))
                .containsExactly("a", "b", "t");
    }
}
