package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class FusedRetrieverTests {

    private static final int RUNS = 200;

    private static Retriever fixed(String... texts) {
        RetrievedContent found = new RetrievedContent(
                Stream.of(texts).map(text -> RetrievedItem.of(text, 1)).toList());
        return (query, limit) -> Mono.just(found);
    }

    private static List<String> texts(Mono<RetrievedContent> search) {
        return Objects.requireNonNull(search.block()).items().stream()
                .map(RetrievedItem::content)
                .toList();
    }

    @Test
    void whatBothFoundComesFirst() {
        Retriever fused = Retrievers.fuse(fixed("a", "b", "c"), fixed("d", "c", "e"));

        assertThat(texts(fused.retrieve("?", 3))).containsExactly("c", "a", "d");
    }

    @Test
    void scoreIsTheSumOfReciprocalRanks() {
        RetrievedContent found = Objects.requireNonNull(
                Retrievers.fuse(fixed("a", "b"), fixed("b")).retrieve("?", 1).block());

        assertThat(found.items().get(0).score()).isCloseTo(1.0 / 62 + 1.0 / 61, within(1e-12));
    }

    @Test
    void metadataIsThatOfTheFirstRetriever() {
        Retriever first = (query, limit) ->
                Mono.just(RetrievedContent.of(new RetrievedItem("a", 1, Map.of("from", "the first"))));
        Retriever second = (query, limit) ->
                Mono.just(RetrievedContent.of(new RetrievedItem("a", 1, Map.of("from", "the second"))));
        RetrievedContent found = Objects.requireNonNull(
                Retrievers.fuse(first, second).retrieve("?").block());

        assertThat(found.items()).hasSize(1);
        assertThat(found.items().get(0).metadata()).containsEntry("from", "the first");
    }

    @Test
    void allAreAskedAtOnceForTwiceAsMany() {
        Sinks.One<RetrievedContent> slow = Sinks.one();
        List<Integer> limits = new ArrayList<>();
        Retriever waiting = (query, limit) -> slow.asMono().doOnSubscribe(subscription -> limits.add(limit));
        // The second answers the first: one after the other they would wait for ever.
        Retriever answering = (query, limit) -> Mono.fromCallable(() -> {
            limits.add(limit);
            slow.tryEmitValue(RetrievedContent.of(RetrievedItem.of("a", 1)));
            return RetrievedContent.NONE;
        });

        assertThat(texts(Retrievers.fuse(waiting, answering).retrieve("?", 4))).containsExactly("a");
        assertThat(limits).containsExactly(8, 8);
        assertThat(texts(Retrievers.fuse(answering).retrieve("?", Integer.MAX_VALUE)))
                .isEmpty();
        assertThat(limits).last().isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void oneThatFailsEndsTheSearchAndTheOthers() {
        IllegalStateException error = new IllegalStateException("for the test");
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Retriever hanging = (query, limit) -> Mono.<RetrievedContent>never().doOnCancel(cancelled::tryEmitEmpty);

        StepVerifier.create(Retrievers.fuse(hanging, (query, limit) -> Mono.error(error))
                        .retrieve("?"))
                .verifyErrorMatches(error::equals);
        StepVerifier.create(cancelled.asMono()).verifyComplete();
    }

    @Test
    void oneThatFindsNothingTakesNoPart() {
        Retriever silent = (query, limit) -> Mono.empty();

        assertThat(texts(Retrievers.fuse(silent, fixed("a")).retrieve("?"))).containsExactly("a");
        assertThat(texts(Retrievers.fuse(silent, silent).retrieve("?"))).isEmpty();
    }

    @Test
    void nothingToFuseIsRefused() {
        assertThatThrownBy(Retrievers::fuse).isInstanceOf(RetrieverConfigurationException.class);
    }

    static Stream<Long> seeds() {
        return IntStream.range(0, RUNS).mapToObj(Long::valueOf);
    }

    /** The definition, word for word, over lists that may hold an item twice and more than was asked for. */
    @ParameterizedTest
    @MethodSource("seeds")
    void fusionEqualsTheDefinition(long seed) {
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(12);
        List<List<String>> lists = Stream.generate(() -> randomList(random))
                .limit(1 + random.nextInt(4))
                .toList();
        Retriever[] retrievers =
                lists.stream().map(list -> fixed(list.toArray(String[]::new))).toArray(Retriever[]::new);

        assertThat(texts(Retrievers.fuse(retrievers).retrieve("?", limit))).isEqualTo(defined(lists, limit));
    }

    private static List<String> randomList(Random random) {
        List<String> list = new ArrayList<>(IntStream.range(0, random.nextInt(30))
                .mapToObj(i -> "t" + random.nextInt(25))
                .toList());
        Collections.shuffle(list, random);
        return list;
    }

    private static List<String> defined(List<List<String>> lists, int limit) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (List<String> list : lists) {
            List<String> asked = list.subList(0, Math.min(list.size(), 2 * limit));
            for (String text : asked.stream().distinct().toList()) {
                scores.merge(text, 1.0 / (60 + 1 + asked.indexOf(text)), Double::sum);
            }
        }
        return scores.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }
}
