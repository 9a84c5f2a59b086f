package io.cortexreactive.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

class ChatAccumulatorTests {

    private final ChatAccumulator outer = new ChatAccumulator();
    private final ChatAccumulator inner = within(outer);

    private static ChatAccumulator within(ChatAccumulator around) {
        ChatAccumulator joined = new ChatAccumulator();
        joined.join(around.share(Context.empty()));
        return joined;
    }

    private static void tell(ChatAccumulator whom, String... pieces) {
        for (String piece : pieces) {
            whom.add(new TextDelta(0, piece));
        }
    }

    @Test
    void whoeverIsAheadShowsTheOtherNothing() {
        tell(inner, "Hel", "lo");
        tell(outer, "Hel");

        assertThat(outer.partialText()).isEqualTo("Hel");
        assertThat(inner.partialText()).isEqualTo("Hello");
    }

    @Test
    void textThatIsChangedOnTheWayIsKeptAsItWasTold() {
        tell(inner, "My number is ", "1234", ".");
        tell(outer, "My number is ", "[number]", ".");

        assertThat(outer.partialText()).isEqualTo("My number is [number].");
        assertThat(inner.partialText()).isEqualTo("My number is 1234.");
    }

    @Test
    void textThatIsCutOtherwiseIsTheSame() {
        tell(inner, "Hel", "lo");
        tell(outer, "H", "", "ello", "!");

        assertThat(outer.partialText()).isEqualTo("Hello!");
        assertThat(inner.partialText()).isEqualTo("Hello");
    }

    @Test
    void restartedAnswerBeginsAnew() {
        tell(inner, "Hel", "lo");
        tell(outer, "Hel");
        ChatAccumulator again = within(outer);
        tell(again, "Hel", "p");
        outer.add(new StreamRestarted(2, "reset"));
        tell(outer, "Hel", "p");

        assertThat(outer.partialText()).isEqualTo("Help");
        assertThat(inner.partialText()).isEqualTo("Hello");
        assertThat(outer.usage(ChatRequest.of("1234")).outputTokens()).isEqualTo(2);
    }

    @Test
    void callsThatAreNotWithinOneAnotherShareNothing() {
        ChatAccumulator other = new ChatAccumulator();
        other.join(Context.empty());
        tell(outer, "Hel");
        tell(other, "Good");

        assertThat(other.partialText()).isEqualTo("Good");
    }

    /** Whatever each is told, and in whatever order, each has just that. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachHasWhatItWasTold(long seed) {
        Random random = new Random(seed);
        List<ChatAccumulator> all = new ArrayList<>(List.of(outer, inner, within(outer), within(inner)));
        List<StringBuilder> told =
                Stream.generate(StringBuilder::new).limit(all.size()).toList();
        for (int i = 0; i < 2_000; i++) {
            int who = random.nextInt(all.size());
            String piece = random.nextInt(50) == 0 ? "b" : "a".repeat(random.nextInt(3));
            tell(all.get(who), piece);
            told.get(who).append(piece);
        }

        assertThat(all)
                .extracting(ChatAccumulator::partialText)
                .containsExactlyElementsOf(
                        told.stream().map(StringBuilder::toString).toList());
    }

    @RepeatedTest(20)
    void attemptsThatRaceDoNotMix() {
        CyclicBarrier start = new CyclicBarrier(2);
        List<String> texts = Flux.just("a", "b")
                .flatMap(piece -> Mono.fromCallable(() -> raced(start, piece)).subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .block();

        assertThat(texts).containsExactlyInAnyOrder("x".repeat(1_000) + "a", "x".repeat(1_000) + "b");
    }

    private String raced(CyclicBarrier start, String end) throws Exception {
        ChatAccumulator attempt = within(outer);
        start.await();
        for (int i = 0; i < 1_000; i++) {
            tell(attempt, "x");
        }
        tell(attempt, end);
        return attempt.partialText();
    }
}
