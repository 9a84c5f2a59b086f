package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.error.LimitExceededException;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RetrievalPolicyTests {

    private static final RetrievedContent THREE =
            RetrievedContent.of(RetrievedItem.of("a", 3), RetrievedItem.of("b", 2), RetrievedItem.of("c", 1));

    @Test
    void asksForAsManyItemsAsItSays() {
        AtomicInteger asked = new AtomicInteger();
        RetrievalPolicy policy = RetrievalPolicy.DEFAULTS.withLimit(7);

        StepVerifier.create(policy.apply(
                        (query, limit) -> {
                            asked.set(limit);
                            return Mono.just(THREE);
                        },
                        "?"))
                .expectNext(THREE)
                .verifyComplete();
        assertThat(asked).hasValue(7);
    }

    @Test
    void leavesOutWhatFitsTooLittle() {
        StepVerifier.create(RetrievalPolicy.DEFAULTS.withMinimumScore(2).apply((query, limit) -> Mono.just(THREE), "?"))
                .expectNext(new RetrievedContent(THREE.items().subList(0, 2)))
                .verifyComplete();
    }

    @Test
    void nothingThatFitsIsNothing() {
        StepVerifier.create(RetrievalPolicy.DEFAULTS.withMinimumScore(9).apply((query, limit) -> Mono.just(THREE), "?"))
                .verifyComplete();
    }

    @Test
    void takesNoMoreThanItAskedForWhateverItIsGiven() {
        RetrievedContent million = new RetrievedContent(Collections.nCopies(1_000_000, RetrievedItem.of("a", 1)));

        StepVerifier.create(RetrievalPolicy.DEFAULTS.apply((query, limit) -> Mono.just(million), "?"))
                .expectNextMatches(content -> content.items().size() == 5)
                .verifyComplete();
    }

    @Test
    void whatARetrieverThrowsIsItsFailure() {
        StepVerifier.create(RetrievalPolicy.DEFAULTS.apply(
                        (query, limit) -> {
                            throw new IllegalStateException("no index");
                        },
                        "?"))
                .verifyErrorMessage("no index");
    }

    @Test
    void aLimitBelowOneIsRefused() {
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> RetrievalPolicy.DEFAULTS.withLimit(0));
    }
}
