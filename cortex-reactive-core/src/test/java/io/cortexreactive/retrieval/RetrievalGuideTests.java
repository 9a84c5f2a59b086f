package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.error.Secret;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The snippets of docs/plugins/retrieval.md. */
class RetrievalGuideTests {

    private static final List<String> TEXTS =
            List.of("A jacket goes back within thirty days.", "Parcels take five days.");

    /** Some service of the application. */
    private record Search() {

        Mono<List<String>> find(String query, int limit) {
            return Mono.just(query.isBlank() ? List.of() : TEXTS.subList(0, Math.min(limit, TEXTS.size())));
        }
    }

    @Test
    void listIsSearchedByWords() {
        Retriever retriever =
                Retrievers.collection(List.of("A jacket goes back within thirty days.", "Parcels take five days."));

        Mono<String> context =
                retriever.retrieve("How long do parcels take?", 1).map(RetrievedContent::toContext);

        StepVerifier.create(context).expectNext("Parcels take five days.").verifyComplete();
    }

    @Test
    void mapsHaveTheirTextUnderAKey() {
        Retriever faq = Retrievers.collection(
                List.of(Map.of("answer", "Parcels take five days.", "source", "shipping.md")), "answer");

        StepVerifier.create(faq.retrieve("parcels")
                        .map(found -> found.items().get(0).metadata().getOrDefault("source", "")))
                .expectNext("shipping.md")
                .verifyComplete();
    }

    @Test
    void scoreIsTheSpecifiedOne() {
        Retriever simple = Retrievers.collection(TEXTS).wordOverlap();

        StepVerifier.create(simple.retrieve("jacket", 1)
                        .map(found -> found.items().get(0).score()))
                .expectNext(1.0)
                .verifyComplete();
    }

    @Test
    void callbackAsksAnything() {
        Search search = new Search();

        Retriever retriever = Retrievers.callback((query, limit) -> search.find(query, limit)
                .map(texts -> new RetrievedContent(
                        texts.stream().map(text -> RetrievedItem.of(text, 1)).toList())));

        StepVerifier.create(retriever.retrieve("?", 1).map(RetrievedContent::toContext))
                .expectNext(TEXTS.get(0))
                .verifyComplete();
    }

    @Test
    void anAgentIsToldWhatIsFound() {
        ScriptedProvider provider = ScriptedProvider.of("Five days.");
        Cortex cortex = Cortex.builder().provider(provider).build();
        Retriever faq = Retrievers.collection(TEXTS);

        RetrievalPolicy policy = RetrievalPolicy.DEFAULTS
                .withLimit(3)
                .withMinimumScore(0.1)
                .withMaxCharacters(8_000)
                .withTimeout(Duration.ofSeconds(2))
                .withOnFailure(RetrievalPolicy.OnFailure.CONTINUE);
        Agent support =
                cortex.agent(Agent.define("support").retriever(faq, policy).build());

        Mono<AgentResponse> response = support.run("How long do parcels take?");

        StepVerifier.create(response.map(AgentResponse::output).timeout(Duration.ofSeconds(20)))
                .expectNext("Five days.")
                .verifyComplete();
        assertThat(provider.requests().get(0).messages().get(0).text()).contains("Parcels take five days.");
        StepVerifier.create(cortex.close()).verifyComplete();
    }

    /** A retriever over something that takes vectors and knows no tenants. */
    static Retriever overVectors(EmbeddingProvider provider, VectorIndex database) {
        EmbeddingProvider embeddings = Retrievers.perTenant(provider);
        return (query, limit) -> Retrieval.of(
                limit,
                () -> embeddings
                        .embed(EmbeddingRequest.query(query))
                        .flatMap(answer -> database.search(answer.vectors().get(0), limit)
                                .map(found -> found.withUsage(answer.usage()))));
    }

    @Test
    void ownRetrieversKeepToTheSameRules() {
        WordEmbeddings embeddings = new WordEmbeddings();
        VectorIndex index = VectorIndex.inMemoryForAll(9);
        Retrievers.embedding(embeddings, index)
                .add(Flux.just(Document.of("a", "the price")))
                .blockLast();
        Retriever retriever = overVectors(embeddings, index);

        StepVerifier.create(retriever.retrieve("price").map(RetrievedContent::usage))
                .expectNext(Usage.of(1, 0))
                .verifyComplete();
        StepVerifier.create(retriever.retrieve("price", 0)).verifyError(InvalidRetrievalException.class);
    }

    @Test
    void bedrockEmbeds() {
        String key = "not-a-real-key";

        BedrockProvider bedrock = BedrockProvider.builder()
                .region("us-east-1")
                .apiKey(Secret.of(key))
                .embeddingModel("amazon.titan-embed-text-v2:0", Map.of("dimensions", 512))
                .build();

        EmbeddingRetriever retriever = Retrievers.embedding(bedrock, VectorIndex.inMemory());

        assertThat(retriever).isNotNull();
        StepVerifier.create(bedrock.close()).verifyComplete();
    }

    @Test
    void documentsAreAddedAndFound() {
        EmbeddingRetriever retriever = Retrievers.embedding(new WordEmbeddings(), VectorIndex.inMemory());

        Flux<AddedDocuments> added = retriever.add(Flux.just(
                Document.of("returns", "A jacket goes back within thirty days."),
                new Document("shipping", "Parcels take five days.", Map.of("source", "shipping.md"))));

        Mono<RetrievedContent> found = added.then(retriever.retrieve("refund for clothes", 3));

        StepVerifier.create(found.map(content -> content.items().size()))
                .expectNext(2)
                .verifyComplete();
    }

    @Test
    void tenantsHaveTheirOwnAndWhatAllMayKnow() {
        WordEmbeddings embeddings = new WordEmbeddings();
        TenantContext tenant = TenantContext.builder("acme").build();

        EmbeddingRetriever common = Retrievers.embedding(embeddings, VectorIndex.inMemoryForAll(10_000));
        EmbeddingRetriever own = Retrievers.embedding(embeddings, VectorIndex.inMemory());
        Retriever both = Retrievers.fuse(own, common);

        Mono<RetrievedContent> found = both.retrieve("price").contextWrite(Tenancy.as(tenant));

        own.add(Flux.just(Document.of("a", "our price")))
                .contextWrite(Tenancy.as(tenant))
                .blockLast();
        common.add(Flux.just(Document.of("b", "the price"))).blockLast();
        StepVerifier.create(found.map(content -> content.items().size()))
                .expectNext(2)
                .verifyComplete();
        StepVerifier.create(
                        both.retrieve("price").map(content -> content.items().size()))
                .expectNext(1)
                .verifyComplete();
    }

    @Test
    void retrieversAreCombined() {
        Retriever byWords = Retrievers.collection(TEXTS);
        EmbeddingRetriever byMeaning = Retrievers.embedding(new WordEmbeddings(), VectorIndex.inMemory());

        Retriever both = Retrievers.fuse(byMeaning.minimumScore(0.3), byWords);

        StepVerifier.create(both.retrieve("parcels", 1).map(RetrievedContent::toContext))
                .expectNext(TEXTS.get(1))
                .verifyComplete();
    }
}
