package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.Purpose;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class EmbeddingRetrieverTests {

    private final WordEmbeddings embeddings = new WordEmbeddings();
    private final EmbeddingRetriever retriever = Retrievers.embedding(embeddings, VectorIndex.inMemory());

    private static Document numbered(int number) {
        return Document.of("d" + number, "text of " + number);
    }

    private static Flux<Document> documents(int count) {
        return Flux.range(0, count).map(EmbeddingRetrieverTests::numbered);
    }

    /** Answers as the function says. */
    private static EmbeddingProvider provider(Function<EmbeddingRequest, Mono<EmbeddingResponse>> answer) {
        return new EmbeddingProvider() {
            @Override
            public String id() {
                return "test";
            }

            @Override
            public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
                return answer.apply(request);
            }

            @Override
            public EmbeddingProvider withConfig(ProviderConfig override) {
                return this;
            }
        };
    }

    private static EmbeddingResponse ones(EmbeddingRequest request) {
        return new EmbeddingResponse(
                request.texts().stream().map(text -> new float[] {1}).toList(), Usage.NONE, "ones");
    }

    @Test
    void addedDocumentsAreFoundByMeaning() {
        Flux<AddedDocuments> added =
                retriever.add(Flux.just(Document.of("a", "aaab"), Document.of("b", "bbba"), Document.of("c", "ccc")));

        StepVerifier.create(added)
                .expectNext(new AddedDocuments(List.of("a", "b", "c"), Usage.of(3, 0)))
                .verifyComplete();
        StepVerifier.create(retriever.retrieve("bb", 2))
                .assertNext(found -> assertThat(found.items())
                        .extracting(RetrievedItem::content)
                        .containsExactly("bbba", "aaab"))
                .verifyComplete();
        assertThat(embeddings.requests)
                .extracting(EmbeddingRequest::purpose)
                .containsExactly(Purpose.DOCUMENT, Purpose.QUERY);
        StepVerifier.create(retriever.remove("b")).expectNext(true).verifyComplete();
        StepVerifier.create(retriever.retrieve("bb", 1))
                .assertNext(found -> assertThat(found.items())
                        .extracting(RetrievedItem::content)
                        .containsExactly("aaab"))
                .verifyComplete();
    }

    @Test
    void whatAQueryCostIsTold() {
        StepVerifier.create(retriever.retrieve("bb").map(RetrievedContent::usage))
                .expectNext(Usage.of(1, 0))
                .verifyComplete();
    }

    @Test
    void blankQueryFindsNothingAndEmbedsNothing() {
        StepVerifier.create(retriever.retrieve("  "))
                .expectNext(RetrievedContent.NONE)
                .verifyComplete();
        assertThat(embeddings.requests).isEmpty();
    }

    @Test
    void documentsAreEmbeddedInBatches() {
        StepVerifier.create(retriever
                        .withBatches(10, 2)
                        .add(documents(25))
                        .map(added -> added.ids().size()))
                .expectNext(10, 10, 5)
                .verifyComplete();
        assertThat(embeddings.requests)
                .extracting(request -> request.texts().size())
                .containsExactlyInAnyOrder(10, 10, 5);
        StepVerifier.create(
                        retriever.add(documents(97)).map(added -> added.ids().size()))
                .expectNext(96, 1)
                .verifyComplete();
        StepVerifier.create(retriever.add(Flux.empty())).verifyComplete();
    }

    @Test
    void onlySoManyRequestsRunAtATimeAndOrderIsKept() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Sinks.One<Boolean>> gates =
                IntStream.range(0, 6).mapToObj(i -> Sinks.<Boolean>one()).toList();
        AtomicInteger asked = new AtomicInteger();
        EmbeddingRetriever slow = Retrievers.embedding(
                        provider(request -> Mono.defer(() -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            return gates.get(asked.getAndIncrement())
                                    .asMono()
                                    .map(open -> ones(request))
                                    .doOnTerminate(running::decrementAndGet);
                        })),
                        VectorIndex.inMemory())
                .withBatches(1, 3);

        StepVerifier.create(slow.add(documents(6)).map(added -> added.ids().get(0)))
                .then(() -> assertThat(asked).hasValue(3))
                .then(() -> gates.get(2).tryEmitValue(true))
                .then(() -> gates.get(1).tryEmitValue(true))
                .then(() -> gates.get(0).tryEmitValue(true))
                .expectNext("d0", "d1", "d2")
                .then(() -> gates.forEach(gate -> gate.tryEmitValue(true)))
                .expectNext("d3", "d4", "d5")
                .verifyComplete();
        assertThat(most).hasValue(3);
    }

    @Test
    void documentsAreAskedForAsTheyAreTakenOff() {
        AtomicLong requested = new AtomicLong();
        Flux<AddedDocuments> added = retriever
                .withBatches(5, 2)
                .add(documents(1_000).doOnRequest(requested::addAndGet).hide());

        StepVerifier.create(added, 0)
                .then(() -> assertThat(requested).hasValue(10))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(requested).hasValue(15))
                .thenRequest(3)
                .expectNextCount(3)
                .then(() -> assertThat(requested).hasValue(30))
                .thenCancel()
                .verify();
        assertThat(embeddings.requests).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void cancelReachesTheRequests() {
        AtomicInteger cancelled = new AtomicInteger();
        EmbeddingRetriever hanging = Retrievers.embedding(
                        provider(request -> Mono.<EmbeddingResponse>never().doOnCancel(cancelled::incrementAndGet)),
                        VectorIndex.inMemory())
                .withBatches(1, 2);

        hanging.add(documents(9)).subscribe().dispose();
        assertThat(cancelled).hasValue(2);
        hanging.retrieve("a").subscribe().dispose();
        assertThat(cancelled).hasValue(3);
    }

    @Test
    void errorOfOneBatchEndsTheRest() {
        IllegalStateException error = new IllegalStateException("for the test");
        AtomicInteger asked = new AtomicInteger();
        EmbeddingRetriever failing = Retrievers.embedding(
                        provider(request -> asked.getAndIncrement() == 1
                                ? Mono.error(error)
                                : Mono.fromCallable(() -> ones(request))),
                        VectorIndex.inMemory())
                .withBatches(1, 1);

        StepVerifier.create(failing.add(documents(9)).map(AddedDocuments::ids))
                .expectNext(List.of("d0"))
                .verifyErrorMatches(error::equals);
        assertThat(asked).hasValue(2);
        StepVerifier.create(
                        failing.retrieve("text", 5).map(found -> found.items().size()))
                .expectNext(1)
                .verifyComplete();
    }

    @Test
    void missingVectorIsATypedError() {
        EmbeddingRetriever sloppy = Retrievers.embedding(
                provider(request -> Mono.just(new EmbeddingResponse(List.of(), Usage.NONE, "none"))),
                VectorIndex.inMemory());

        StepVerifier.create(sloppy.add(documents(2)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidVectorException.class)
                        .hasMessageContaining("0 vectors for 2 texts"))
                .verify();
        StepVerifier.create(sloppy.retrieve("a")).verifyError(InvalidVectorException.class);
    }

    @Test
    void otherModelIsATypedError() {
        VectorIndex index = VectorIndex.inMemory();
        Retrievers.embedding(embeddings, index).add(documents(1)).blockLast();

        StepVerifier.create(Retrievers.embedding(provider(request -> Mono.just(ones(request))), index)
                        .retrieve("a"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidVectorException.class)
                        .hasMessageContaining("26")
                        .hasMessageContaining("has 1"))
                .verify();
    }

    @Test
    void tenantsEmbedWithTheirOwnKeyAndFindTheirOwn() {
        TenantContext acme = TenantContext.builder("acme")
                .apiKey("words", "key-of-acme")
                .providerConfig("words", Map.of("region", "eu"))
                .build();
        retriever
                .add(Flux.just(Document.of("a", "aaa")))
                .contextWrite(Tenancy.as(acme))
                .blockLast();

        StepVerifier.create(retriever.retrieve("a").map(found -> found.items().size()))
                .expectNext(0)
                .verifyComplete();
        StepVerifier.create(retriever
                        .retrieve("a")
                        .map(found -> found.items().size())
                        .contextWrite(Tenancy.as(acme)))
                .expectNext(1)
                .verifyComplete();
        ProviderConfig own = new ProviderConfig(Secret.of("key-of-acme"), "eu", null, null, Map.of());
        assertThat(embeddings.callers).containsExactly(own, ProviderConfig.NONE, own);
    }

    @Test
    void wrongSettingsOfATenantNameIt() {
        TenantContext odd = TenantContext.builder("odd")
                .providerConfig("words", Map.of("region", 7))
                .build();

        StepVerifier.create(retriever.retrieve("a").contextWrite(Tenancy.as(odd)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidTenantException.class)
                        .hasMessageContaining("odd")
                        .hasMessageContaining("words"))
                .verify();
    }

    @Test
    void emptyBatchesAreRefused() {
        assertThatThrownBy(() -> retriever.withBatches(0, 1)).isInstanceOf(RetrieverConfigurationException.class);
        assertThatThrownBy(() -> retriever.withBatches(1, 0)).isInstanceOf(RetrieverConfigurationException.class);
    }
}
