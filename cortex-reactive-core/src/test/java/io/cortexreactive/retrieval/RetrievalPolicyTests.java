package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Usage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

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
    void nothingThatFitsIsNothingThatMayHaveCost() {
        RetrievedContent paid = THREE.withUsage(Usage.of(3, 0));

        StepVerifier.create(RetrievalPolicy.DEFAULTS.withMinimumScore(9).apply((query, limit) -> Mono.just(paid), "?"))
                .expectNext(RetrievedContent.NONE.withUsage(Usage.of(3, 0)))
                .verifyComplete();
    }

    @Test
    void aRetrieverThatDoesNotAnswerFailsAndIsCancelled() {
        TestPublisher<RetrievedContent> silent = TestPublisher.create();

        StepVerifier.withVirtualTime(() -> RetrievalPolicy.DEFAULTS.apply((query, limit) -> silent.mono(), "?"))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(10).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RetrievalTimeoutException.class)
                        .isInstanceOf(Transient.class)
                        .hasMessageContaining("PT10S"))
                .verify();
        silent.assertCancelled();
    }

    @Test
    void theLastItemsThatDoNotFitAreLeftOutAndCounted() {
        RetrievedContent long3 = RetrievedContent.of(
                RetrievedItem.of("a".repeat(60), 3), RetrievedItem.of("b".repeat(40), 2), RetrievedItem.of("c", 1));

        StepVerifier.create(limited(101, long3))
                .expectNext(new RetrievedContent(long3.items().subList(0, 1), Usage.NONE, 41))
                .verifyComplete();
        StepVerifier.create(limited(102, long3))
                .expectNext(new RetrievedContent(long3.items().subList(0, 2), Usage.NONE, 1))
                .verifyComplete();
        StepVerifier.create(limited(105, long3)).expectNext(long3).verifyComplete();
    }

    @Test
    void theBestAloneIsCutWithAMark() {
        RetrievedContent endless = RetrievedContent.of(
                new RetrievedItem("a".repeat(100_000), 3, Map.of("source", "a.md")), RetrievedItem.of("b", 2));

        StepVerifier.create(limited(100, endless))
                .assertNext(found -> {
                    assertThat(found.toContext()).hasSize(100).startsWith("aaa").endsWith("a [… cut off]");
                    assertThat(found.items()).hasSize(1);
                    assertThat(found.items().get(0).metadata()).containsEntry("source", "a.md");
                    assertThat(found.leftOut()).isEqualTo(100_001 - (100 - " [… cut off]".length()));
                })
                .verifyComplete();
    }

    @Test
    void noCharacterIsCutInTwo() {
        RetrievedContent faces = RetrievedContent.of(RetrievedItem.of("\uD83D\uDE00".repeat(100), 1));

        for (int most : List.of(100, 101)) {
            StepVerifier.create(limited(most, faces))
                    .assertNext(found ->
                            assertThat(found.toContext()).contains("\uDE00 […").hasSizeLessThanOrEqualTo(most))
                    .verifyComplete();
        }
    }

    private static Mono<RetrievedContent> limited(int characters, RetrievedContent found) {
        return RetrievalPolicy.DEFAULTS.withMaxCharacters(characters).apply((query, limit) -> Mono.just(found), "?");
    }

    @Test
    void noTimeAndHardlyAnyTextAreRefused() {
        assertThatExceptionOfType(InvalidRetrievalException.class)
                .isThrownBy(() -> RetrievalPolicy.DEFAULTS.withTimeout(Duration.ZERO));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> RetrievalPolicy.DEFAULTS.withMaxCharacters(99));
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
