package io.cortexreactive.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.util.Utils;
import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.retrieval.EmbeddingRetriever;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.retrieval.Retrievers;
import io.cortexreactive.retrieval.VectorIndex;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Search by meaning with a real model, which is in a jar and needs no network. */
class SemanticSearchIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int DIMENSIONS = 384;
    private static final Set<Thread> BEFORE = Thread.getAllStackTraces().keySet();

    private final MiniLm model = new MiniLm();

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private EmbeddingRetriever filled() {
        EmbeddingRetriever retriever = Retrievers.embedding(model, VectorIndex.inMemory());
        retriever.add(SemanticSearch.documents()).blockLast(LONG);
        return retriever;
    }

    @Test
    void vectorsAreOfLengthOneAndTokensAreCounted() {
        EmbeddingResponse answer = value(model.embed(EmbeddingRequest.documents(List.of("A fox.", "A dog sleeps."))));

        assertThat(answer.vectors()).hasSize(2).allSatisfy(vector -> {
            assertThat(vector).hasSize(DIMENSIONS);
            double squares = 0;
            for (float number : vector) {
                squares += number * number;
            }
            assertThat(squares).isCloseTo(1, within(1e-3));
        });
        assertThat(answer.usage().inputTokens()).isPositive();
    }

    @Test
    void textIsFoundThoughItSharesNoWordWithTheQuery() {
        Retriever byMeaning = filled();
        Retriever byWords = Retrievers.collection(SemanticSearch.TEXTS);

        assertThat(value(byWords.retrieve("refund clothes", 1)).isEmpty()).isTrue();
        assertThat(value(byMeaning.retrieve("refund clothes", 1)).toContext()).contains("jacket");
        assertThat(value(byMeaning.retrieve("weekend opening hours", 1)).toContext())
                .contains("Sundays");
    }

    @Test
    void whatIsUnrelatedScoresLow() {
        RetrievedContent all = value(filled().retrieve("refund for clothes", 5));

        assertThat(all.items()).hasSize(5);
        assertThat(all.items().get(0).score()).isGreaterThan(all.items().get(1).score() + 0.1);
        assertThat(value(filled().minimumScore(0.2).retrieve("the orbit of Jupiter's moons", 5))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void wordsAndMeaningTogetherFindBoth() {
        Retriever both = Retrievers.fuse(filled(), Retrievers.collection(SemanticSearch.TEXTS));

        assertThat(value(both.retrieve("R-17", 1)).toContext()).contains("Form R-17");
        assertThat(value(both.retrieve("refund clothes", 1)).toContext()).contains("jacket");
    }

    @Test
    void modelRunsOffTheEventLoop() {
        Mono<Boolean> onEventLoop = model.embed(EmbeddingRequest.query("a"))
                .map(answer -> Thread.currentThread() instanceof NonBlocking)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(onEventLoop).expectNext(false).expectComplete().verify(LONG);
    }

    @Test
    void nothingIsToldOverTheNetwork() {
        value(model.embed(EmbeddingRequest.query("a")));

        assertThat(Utils.isOfflineMode()).isTrue();
    }

    @Test
    void noThreadIsLeftThatKeepsTheProcessAlive() {
        filled();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !thread.isDaemon() && !thread.getName().startsWith("junit-"))
                .isSubsetOf(BEFORE);
    }

    @Test
    void thereIsNothingToConfigure() {
        assertThatThrownBy(() -> model.withConfig(ProviderConfig.ofKey(Secret.of("key"))))
                .isInstanceOf(ProviderConfigurationException.class);
    }
}
