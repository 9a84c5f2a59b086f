package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.ArrayList;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class VectorIndexTests {

    private static final int RUNS = 200;

    private static final TenantContext ACME = TenantContext.builder("acme").build();
    private static final TenantContext GLOBEX = TenantContext.builder("globex").build();

    private static EmbeddedDocument document(String id, float... vector) {
        return new EmbeddedDocument(Document.of(id, "text of " + id), vector);
    }

    private static List<RetrievedItem> found(VectorIndex index, int limit, float... query) {
        return Objects.requireNonNull(index.search(query, limit).block()).items();
    }

    private static List<Object> ids(Mono<RetrievedContent> search) {
        return Objects.requireNonNull(search.block()).items().stream()
                .map(item -> item.metadata().getOrDefault("id", ""))
                .toList();
    }

    @Test
    void nearestComesFirstWithTheCosineAsScore() {
        VectorIndex index = VectorIndex.inMemory();
        index.add(List.of(document("east", 10, 0), document("north", 0, 0.1f), document("west", -3, 0)))
                .block();
        List<RetrievedItem> items = found(index, 5, 1, 1);

        assertThat(items)
                .extracting(RetrievedItem::content)
                .containsExactly("text of east", "text of north", "text of west");
        assertThat(items.get(0).score()).isCloseTo(Math.sqrt(0.5), within(1e-6));
        assertThat(items.get(2).score()).isCloseTo(-Math.sqrt(0.5), within(1e-6));
    }

    @Test
    void foundDocumentHasItsMetadataAndId() {
        VectorIndex index = VectorIndex.inMemory();
        Document document = new Document("a", "text", Map.of("source", "book"));
        index.add(List.of(new EmbeddedDocument(document, new float[] {1}))).block();

        assertThat(found(index, 1, 2))
                .containsExactly(new RetrievedItem("text", 1, Map.of("source", "book", "id", "a")));
    }

    @Test
    void documentOfTheSameIdIsReplaced() {
        VectorIndex index = VectorIndex.inMemory(1);
        index.add(List.of(document("a", 1, 0))).block();
        index.add(List.of(document("a", -1, 0))).block();

        assertThat(found(index, 5, 1, 0))
                .singleElement()
                .satisfies(item -> assertThat(item.score()).isEqualTo(-1));
    }

    @Test
    void removedDocumentIsNotFound() {
        VectorIndex index = VectorIndex.inMemory(2);
        index.add(List.of(document("a", 1, 0), document("b", 1, 0))).block();

        StepVerifier.create(index.remove("a")).expectNext(true).verifyComplete();
        StepVerifier.create(index.remove("a")).expectNext(false).verifyComplete();
        assertThat(ids(index.search(new float[] {1, 0}, 5))).containsExactly("b");
        // There is room again, and once it is empty any size will do.
        index.add(List.of(document("c", 1, 0))).block();
        index.remove("b").then(index.remove("c")).block();
        index.add(List.of(document("d", 1, 0, 0))).block();
        assertThat(ids(index.search(new float[] {1, 0, 0}, 5))).containsExactly("d");
    }

    @Test
    void fullIndexTakesNothingMoreOfABatch() {
        VectorIndex index = VectorIndex.inMemory(2);
        index.add(List.of(document("a", 1))).block();

        StepVerifier.create(index.add(List.of(document("a", 1), document("b", 1), document("c", 1))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(LimitExceededException.class, full -> {
                            assertThat(full.limit()).isEqualTo(2);
                            assertThat(full.actual()).isEqualTo(3);
                        }))
                .verify();
        assertThat(ids(index.search(new float[] {1}, 5))).containsExactly("a");
        index.add(List.of(document("b", 1), document("a", 1), document("b", 1))).block();
        assertThat(ids(index.search(new float[] {1}, 5))).containsExactly("a", "b");
        assertThatThrownBy(() -> VectorIndex.inMemory(0)).isInstanceOf(RetrieverConfigurationException.class);
    }

    static Stream<float[]> misfits() {
        return Stream.of(
                new float[] {1}, new float[] {1, 2, 3}, new float[] {}, new float[] {Float.NaN, 1}, new float[] {
                    1, Float.POSITIVE_INFINITY
                });
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void vectorThatDoesNotFitIsRefused(float[] misfit) {
        VectorIndex index = VectorIndex.inMemory();
        index.add(List.of(document("a", 1, 0))).block();

        StepVerifier.create(index.add(List.of(document("b", 0, 1), document("c", misfit))))
                .verifyError(InvalidVectorException.class);
        StepVerifier.create(index.search(misfit, 1)).verifyError(InvalidVectorException.class);
        assertThat(ids(index.search(new float[] {1, 0}, 5))).containsExactly("a");
    }

    @Test
    void zerosAreNearToNothing() {
        VectorIndex index = VectorIndex.inMemory();
        index.add(List.of(document("zero", 0, 0), document("a", 1, 0))).block();

        assertThat(found(index, 5, 1, 0)).extracting(RetrievedItem::score).containsExactly(1.0, 0.0);
        assertThat(found(index, 5, 0, 0)).extracting(RetrievedItem::score).containsExactly(0.0, 0.0);
    }

    @Test
    void vectorIsCopied() {
        VectorIndex index = VectorIndex.inMemory();
        float[] vector = {1, 0};
        index.add(List.of(document("a", vector))).block();
        vector[0] = -1;

        assertThat(found(index, 1, 1, 0).get(0).score()).isEqualTo(1);
    }

    @Test
    void whatATenantAddsOnlyThatTenantFinds() {
        VectorIndex index = VectorIndex.inMemory();
        index.add(List.of(document("acme's", 1, 0)))
                .contextWrite(Tenancy.as(ACME))
                .block();
        index.add(List.of(document("globex's", 1, 0, 0)))
                .contextWrite(Tenancy.as(GLOBEX))
                .block();
        index.add(List.of(document("nobody's", 1, 0))).block();
        Mono<RetrievedContent> search = index.search(new float[] {1, 0}, 5);

        assertThat(ids(search.contextWrite(Tenancy.as(ACME)))).containsExactly("acme's");
        assertThat(ids(index.search(new float[] {1, 0, 0}, 5).contextWrite(Tenancy.as(GLOBEX))))
                .containsExactly("globex's");
        assertThat(ids(search)).containsExactly("nobody's");
        assertThat(ids(search.contextWrite(
                        Tenancy.as(TenantContext.builder("new").build()))))
                .isEmpty();
        StepVerifier.create(index.remove("acme's").contextWrite(Tenancy.as(GLOBEX)))
                .expectNext(false)
                .verifyComplete();
        assertThat(ids(search.contextWrite(Tenancy.as(ACME)))).containsExactly("acme's");
    }

    @Test
    void tenantsMayUseTheSameIds() {
        VectorIndex index = VectorIndex.inMemory();
        index.add(List.of(document("a", 1, 0))).contextWrite(Tenancy.as(ACME)).block();
        index.add(List.of(document("a", 0, 1))).contextWrite(Tenancy.as(GLOBEX)).block();

        assertThat(Objects.requireNonNull(index.search(new float[] {1, 0}, 5)
                                .contextWrite(Tenancy.as(ACME))
                                .block())
                        .items())
                .singleElement()
                .satisfies(item -> assertThat(item.score()).isEqualTo(1));
    }

    @Test
    void indexForAllKnowsNoTenants() {
        VectorIndex index = VectorIndex.inMemoryForAll(10);
        index.add(List.of(document("a", 1))).contextWrite(Tenancy.as(ACME)).block();

        assertThat(ids(index.search(new float[] {1}, 5).contextWrite(Tenancy.as(GLOBEX))))
                .containsExactly("a");
    }

    @Test
    void largeSearchLeavesTheCallersThread() {
        VectorIndex large = VectorIndex.inMemory();
        large.add(IntStream.range(0, 1_000)
                        .mapToObj(i -> document("d" + i, new float[128]))
                        .toList())
                .block();
        Mono<Boolean> onEventLoop = large.search(new float[128], 1)
                .map(found -> Thread.currentThread() instanceof NonBlocking)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(onEventLoop).expectNext(false).verifyComplete();
    }

    @Test
    void manyMayAddRemoveAndSearchAtOnce() {
        VectorIndex index = VectorIndex.inMemory(1_000);
        Flux<Integer> work = Flux.range(0, 2_000)
                .flatMap(
                        i -> Mono.defer(() -> index.add(List.of(document("d" + i % 500, i, 1)))
                                        .then(index.search(new float[] {1, 1}, 3))
                                        .then(i % 3 == 0 ? index.remove("d" + i % 500) : Mono.just(true))
                                        .thenReturn(i))
                                .subscribeOn(Schedulers.parallel()),
                        16);

        StepVerifier.create(work).expectNextCount(2_000).verifyComplete();
        StepVerifier.create(Flux.range(0, 500)
                        .concatMap(i -> index.add(List.of(document("d" + i, 1, 1))))
                        .then(index.add(IntStream.range(0, 500)
                                .mapToObj(i -> document("e" + i, 1, 1))
                                .toList())))
                .verifyComplete();
        StepVerifier.create(index.add(List.of(document("one too many", 1, 1))))
                .verifyError(LimitExceededException.class);
    }

    static Stream<Long> seeds() {
        return IntStream.range(0, RUNS).mapToObj(Long::valueOf);
    }

    /** Against all cosines, sorted, after any additions, replacements and removals. */
    @ParameterizedTest
    @MethodSource("seeds")
    void nearestEqualTheSortedCosines(long seed) {
        Random random = new Random(seed);
        int size = 1 + random.nextInt(8);
        VectorIndex index = VectorIndex.inMemory();
        Map<String, float[]> model = new LinkedHashMap<>();
        for (int step = random.nextInt(200); step > 0; step--) {
            String id = "d" + random.nextInt(60);
            if (random.nextInt(4) == 0) {
                assertThat(index.remove(id).block()).isEqualTo(model.remove(id) != null);
            } else {
                float[] vector = coarse(random, size);
                index.add(List.of(document(id, vector))).block();
                model.put(id, vector);
            }
        }
        float[] query = coarse(random, size);
        int limit = 1 + random.nextInt(20);

        assertThat(ids(index.search(query, limit))).isEqualTo(sorted(model, query, limit));
    }

    /** Powers of two on one axis, so that equal cosines are equal to the last bit, and there are many of them. */
    private static float[] coarse(Random random, int size) {
        float[] vector = new float[size];
        vector[random.nextInt(size)] = (random.nextBoolean() ? 1 : -1) * (1 << random.nextInt(4));
        if (random.nextInt(3) == 0) {
            vector[random.nextInt(size)] = random.nextInt(1_000);
        }
        return vector;
    }

    private static List<Object> sorted(Map<String, float[]> model, float[] query, int limit) {
        List<Map.Entry<String, float[]>> all = new ArrayList<>(model.entrySet());
        all.sort(Comparator.comparingDouble(
                        (Map.Entry<String, float[]> entry) -> cosine(UnitVector.unit(entry.getValue()), query))
                .reversed());
        return all.stream().limit(limit).<Object>map(Map.Entry::getKey).toList();
    }

    private static double cosine(float[] vector, float[] query) {
        float[] unit = UnitVector.unit(query);
        return IntStream.range(0, vector.length)
                .mapToDouble(i -> (double) vector[i] * unit[i])
                .reduce(0, Double::sum);
    }
}
