package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class CollectionRetrieverTests {

    private static final int RUNS = 200;
    private static final int MANY = 50_000;

    private static final List<String> ANIMALS = List.of(
            "The quick brown fox jumps over the lazy dog.",
            "The dog sleeps, and the dog dreams.",
            "A cat is no dog.",
            "Stock prices fell.");

    private static List<RetrievedItem> found(Retriever retriever, String query, int limit) {
        return Objects.requireNonNull(retriever.retrieve(query, limit).block()).items();
    }

    private static List<String> texts(Retriever retriever, String query) {
        return found(retriever, query, 10).stream().map(RetrievedItem::content).toList();
    }

    @Test
    void rareWordsCountMoreThanCommonOnes() {
        assertThat(texts(Retrievers.collection(ANIMALS), "a fox or the dog"))
                .startsWith(ANIMALS.get(0))
                .hasSize(3);
    }

    @Test
    void scoreIsThatOfBm25() {
        // One word, in one of two texts, each of the average length: ln(1 + 1.5 / 1.5) / (1 + 1.2).
        assertThat(found(Retrievers.collection(List.of("alpha", "beta")), "alpha", 5))
                .singleElement()
                .satisfies(item -> assertThat(item.score()).isCloseTo(Math.log(2) / 2.2, within(1e-3)));
    }

    @Test
    void equalScoresKeepTheOrderOfTheList() {
        List<String> same = IntStream.range(0, 30).mapToObj(i -> "word n" + i).toList();

        assertThat(texts(Retrievers.collection(same), "word")).isEqualTo(same.subList(0, 10));
    }

    @Test
    void caseAndPunctuationDoNotMatter() {
        assertThat(texts(Retrievers.collection(ANIMALS), "PRICES?!")).containsExactly("Stock prices fell.");
        assertThat(texts(Retrievers.collection(List.of("Größe ist alles", "東京は大きい")), "GRÖSSE größe"))
                .containsExactly("Größe ist alles");
        assertThat(texts(Retrievers.collection(List.of("Größe ist alles", "東京は大きい")), "京"))
                .containsExactly("東京は大きい");
    }

    /** In Lucene's query language each of these is an operator, an error, or a search of everything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*:*",
                "do?",
                "do*",
                "/d.g/",
                "title: dog\"",
                "dog~2",
                "[a TO z]",
                "(((",
                "+dog -cat",
                "NOT",
                "\\",
                "AND OR"
            })
    void queryIsNoQueryLanguage(String query) {
        List<String> plain = List.of("dog", "unrelated");

        assertThat(texts(Retrievers.collection(plain), query))
                .isEqualTo(query.matches(".*\\bdog\\b.*") ? List.of("dog") : List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "?!", "unknown"})
    void nothingIsFoundByNothing(String query) {
        assertThat(found(Retrievers.collection(ANIMALS), query, 5)).isEmpty();
        assertThat(found(Retrievers.collection(ANIMALS).wordOverlap(), query, 5))
                .isEmpty();
        assertThat(found(Retrievers.collection(List.of()), query, 5)).isEmpty();
    }

    @Test
    void queryMayBeALongText() {
        String book = IntStream.range(0, MANY).mapToObj(i -> "word" + i).collect(Collectors.joining(" ", "fox ", ""));

        assertThat(texts(Retrievers.collection(ANIMALS), book)).containsExactly(ANIMALS.get(0));
    }

    @Test
    void mapsAreMetadataOfTheirText() {
        Map<Object, Object> tagged = Map.of("body", "A fox.", 7, "seven");
        List<Object> items = List.of(tagged, Map.of("title", "A fox without a body"), "A fox in a text.", 42);

        assertThat(found(Retrievers.collection(items, "body").wordOverlap(), "fox", 5))
                .containsExactly(
                        new RetrievedItem("A fox.", 1, Map.of("body", "A fox.", "7", "seven")),
                        RetrievedItem.of("A fox in a text.", 1));
        assertThat(found(Retrievers.collection(items, "body"), "42", 5))
                .extracting(RetrievedItem::content)
                .containsExactly("42");
    }

    @Test
    void foundItemsKeepTheirMetadataAndGetANewScore() {
        RetrievedItem item = new RetrievedItem("A fox.", 99, Map.of("source", "book"));

        assertThat(found(Retrievers.collection(List.of(item)).wordOverlap(), "fox wolf", 5))
                .containsExactly(new RetrievedItem("A fox.", 0.5, Map.of("source", "book")));
        assertThat(found(Retrievers.collection(List.of(Map.of("content", "A fox."))), "fox", 5))
                .singleElement()
                .satisfies(found -> assertThat(found.metadata()).containsEntry("content", "A fox."));
    }

    @Test
    void nullInTheCollectionIsRefused() {
        List<String> items = Arrays.asList("a", null);

        assertThatThrownBy(() -> Retrievers.collection(items))
                .isInstanceOf(RetrieverConfigurationException.class)
                .hasMessageContaining("Item 1");
    }

    @Test
    void collectionIsIndexedOnceForAllWhoSearch() {
        AtomicInteger reads = new AtomicInteger();
        Object counted = new Object() {
            @Override
            public String toString() {
                reads.incrementAndGet();
                return "fox";
            }
        };
        CollectionRetriever retriever = Retrievers.collection(List.of(counted, "other"));

        assertThat(reads).hasValue(0);
        StepVerifier.create(Flux.range(0, 50)
                        .flatMap(i -> retriever.retrieve("other"), 50)
                        .count())
                .expectNext(50L)
                .verifyComplete();
        assertThat(reads).hasValue(1);
    }

    @Test
    void searchLeavesAThreadThatMustNotBlock() {
        List<CollectionRetriever> both = List.of(
                Retrievers.collection(ANIMALS), Retrievers.collection(ANIMALS).wordOverlap());

        assertThat(both)
                .allSatisfy(retriever -> StepVerifier.create(retriever
                                .retrieve("dog")
                                .map(found -> Thread.currentThread() instanceof NonBlocking)
                                .subscribeOn(Schedulers.parallel()))
                        .expectNext(false)
                        .verifyComplete());
    }

    @Test
    void manyItemsAreSearched() {
        List<String> many = IntStream.range(0, MANY)
                .mapToObj(i -> "common text number n" + i)
                .toList();
        CollectionRetriever retriever = Retrievers.collection(many);

        assertThat(texts(retriever, "n" + (MANY - 1))).containsExactly(many.get(MANY - 1));
        assertThat(found(retriever, "common", 3))
                .extracting(RetrievedItem::content)
                .isEqualTo(many.subList(0, 3));
        assertThat(found(retriever.wordOverlap(), "common", 3))
                .extracting(RetrievedItem::content)
                .isEqualTo(many.subList(0, 3));
    }

    @Test
    void closedRetrieverSaysSo() {
        CollectionRetriever used = Retrievers.collection(ANIMALS);
        CollectionRetriever unused = Retrievers.collection(ANIMALS);
        CollectionRetriever words = used.wordOverlap();

        assertThat(texts(used, "fox")).hasSize(1);
        StepVerifier.create(used.close().then(used.close()).then(unused.close()))
                .verifyComplete();
        StepVerifier.create(used.retrieve("fox")).verifyError(RetrieverClosedException.class);
        StepVerifier.create(unused.retrieve("fox")).verifyError(RetrieverClosedException.class);
        assertThat(texts(words, "fox")).hasSize(1);
        StepVerifier.create(words.close()).verifyComplete();
        StepVerifier.create(words.retrieve("fox")).verifyError(RetrieverClosedException.class);
    }

    @Test
    void closingLetsSearchesUnderWayEnd() {
        for (int round = 0; round < 50; round++) {
            CollectionRetriever retriever = Retrievers.collection(ANIMALS);
            Mono<String> search = retriever
                    .retrieve("fox")
                    .map(found -> found.items().get(0).content())
                    .onErrorResume(RetrieverClosedException.class, closed -> Mono.just("closed"));

            StepVerifier.create(Flux.range(0, 8)
                            .flatMap(i -> i == 4 ? retriever.close().then(Mono.<String>empty()) : search))
                    .recordWith(ArrayList::new)
                    .expectNextCount(7)
                    .consumeRecordedWith(
                            answers -> assertThat(answers).allMatch(List.of(ANIMALS.get(0), "closed")::contains))
                    .verifyComplete();
        }
    }

    @Test
    void wordOverlapIsThePartOfTheWordsThatWasFound() {
        Retriever words = Retrievers.collection(ANIMALS).wordOverlap();

        assertThat(found(words, "Lazy DOG is it", 5))
                .containsExactly(
                        RetrievedItem.of(ANIMALS.get(0), 0.5),
                        RetrievedItem.of(ANIMALS.get(1), 0.25),
                        RetrievedItem.of(ANIMALS.get(2), 0.25));
        assertThat(found(words, "fell  ", 5)).containsExactly(RetrievedItem.of(ANIMALS.get(3), 1.0 / 3));
        assertThat(found(words, "is no", 5)).isEmpty();
    }

    @Test
    void cancelledSearchReadsNoFurther() {
        AtomicInteger reads = new AtomicInteger();
        Object cancelling = new Object() {
            @Override
            public String toString() {
                reads.incrementAndGet();
                Thread.currentThread().interrupt();
                return "fox";
            }
        };
        CollectionItems items = CollectionItems.of(Collections.nCopies(100, cancelling), "content");

        try {
            new WordOverlap(items).search("wolf", 1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(reads).hasValue(1);
    }

    static Stream<Long> seeds() {
        return IntStream.range(0, RUNS).mapToObj(Long::valueOf);
    }

    /** As it was specified: count, drop zeros, sort stably, take. */
    @ParameterizedTest
    @MethodSource("seeds")
    void wordOverlapEqualsItsSpecification(long seed) {
        Random random = new Random(seed);
        List<String> items = Stream.generate(() -> sentence(random, 8))
                .limit(random.nextInt(40))
                .toList();
        String query = sentence(random, 6);
        int limit = 1 + random.nextInt(10);

        assertThat(found(Retrievers.collection(items).wordOverlap(), query, limit))
                .isEqualTo(specified(items, query, limit));
    }

    private static String sentence(Random random, int most) {
        return IntStream.range(0, random.nextInt(most))
                .mapToObj(i -> List.of("fox", "FOX", "Wolf", "ox", "", "é", "éa", "bear", "ear", "a")
                        .get(random.nextInt(10)))
                .collect(Collectors.joining(" "));
    }

    private static List<RetrievedItem> specified(List<String> items, String query, int limit) {
        String[] words = query.toLowerCase(Locale.ROOT).split(" ", -1);
        return items.stream()
                .map(item -> RetrievedItem.of(item, overlap(item, words)))
                .filter(item -> item.score() > 0)
                .sorted(Comparator.comparingDouble(RetrievedItem::score).reversed())
                .limit(limit)
                .toList();
    }

    private static double overlap(String item, String[] words) {
        double score = 0;
        for (String word : words) {
            boolean isLong = word.getBytes(StandardCharsets.UTF_8).length > 2;
            score += isLong && item.toLowerCase(Locale.ROOT).contains(word) ? 1 : 0;
        }
        return score / Math.max(words.length, 1);
    }

    @Test
    void missingLibraryIsNamed() throws Exception {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !new File(path).getName().startsWith("lucene-"))
                .map(CollectionRetrieverTests::url)
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> search = without.loadClass(Search.class.getName());

            assertThat(call(search, "overlap")).isEqualTo("fox");
            assertThatThrownBy(() -> call(search, "bm25"))
                    .hasMessageContaining("org.apache.lucene:lucene-core")
                    .extracting(error -> error.getClass().getSimpleName())
                    .isEqualTo("RetrieverConfigurationException");
        }
    }

    private static Object call(Class<?> search, String method) throws Exception {
        try {
            return search.getMethod(method).invoke(null);
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Loaded by a class loader that has no Lucene. */
    public static final class Search {

        private Search() {}

        public static String overlap() {
            return texts(Retrievers.collection(Collections.singletonList("fox")).wordOverlap(), "fox")
                    .get(0);
        }

        public static String bm25() {
            return texts(Retrievers.collection(Collections.singletonList("fox")), "fox")
                    .get(0);
        }
    }
}
