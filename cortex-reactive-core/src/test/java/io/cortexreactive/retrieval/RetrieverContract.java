package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Lasting;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every retriever must keep. Extend it with a {@link #retriever} that knows at least three texts with "cat". */
public abstract class RetrieverContract {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** The retriever; each call may give another one that knows the same. */
    protected abstract Retriever retriever();

    private List<RetrievedItem> found(String query, int limit) {
        return retriever()
                .retrieve(query, limit)
                .blockOptional(LONG)
                .orElse(RetrievedContent.NONE)
                .items();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aLimitBelowOneIsRefused(int limit) {
        StepVerifier.create(retriever().retrieve("cat", limit))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRetrievalException.class)
                        .isInstanceOf(Lasting.class)
                        .hasMessageContaining(Integer.toString(limit)))
                .verify(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void aLimitBelowOneIsRefusedWhateverIsAsked(String query) {
        StepVerifier.create(retriever().retrieve(query, 0))
                .expectError(InvalidRetrievalException.class)
                .verify(LONG);
    }

    @Test
    void noMoreIsFoundThanIsAskedFor() {
        assertThat(found("cat", 2)).hasSize(2);
        assertThat(found("cat", 1)).hasSize(1);
    }

    @Test
    void theBestComeFirst() {
        assertThat(found("cat", Integer.MAX_VALUE))
                .hasSizeGreaterThan(2)
                .extracting(RetrievedItem::score)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void aBlankQueryIsNoError() {
        StepVerifier.create(retriever().retrieve(" ", 3))
                .thenConsumeWhile(found -> true)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void eachSubscriptionLooksAgain() {
        Mono<RetrievedContent> search = retriever().retrieve("cat", 2);

        RetrievedContent first = search.block(LONG);
        assertThat(search.block(LONG)).isNotNull().isEqualTo(first);
    }
}
