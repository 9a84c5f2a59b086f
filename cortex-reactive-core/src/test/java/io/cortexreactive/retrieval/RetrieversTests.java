package io.cortexreactive.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.Usage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class RetrieversTests {

    private static final int MILLION = 1_000_000;

    private static RetrievedContent content(int items) {
        return new RetrievedContent(IntStream.range(0, items)
                .mapToObj(i -> RetrievedItem.of("text " + i, 1.0 / (i + 1)))
                .toList());
    }

    @Test
    void contextIsWhatWasFoundWithBlankLinesBetween() {
        RetrievedContent found = RetrievedContent.of(RetrievedItem.of("One.", 2), RetrievedItem.of("Two.", 1));

        assertThat(found.toContext()).isEqualTo("One.\n\nTwo.");
        assertThat(found.isEmpty()).isFalse();
        assertThat(RetrievedContent.NONE.toContext()).isEmpty();
        assertThat(RetrievedContent.NONE.isEmpty()).isTrue();
    }

    @Test
    void firstAreTheBest() {
        RetrievedContent three = content(3);

        assertThat(three.first(2).items()).isEqualTo(three.items().subList(0, 2));
        assertThat(three.first(3)).isSameAs(three);
    }

    @Test
    void callbackGetsQueryAndLimit() {
        Retriever retriever =
                Retrievers.callback((query, limit) -> Mono.just(RetrievedContent.of(RetrievedItem.of(query, limit))));

        StepVerifier.create(retriever.retrieve("why?", 3))
                .expectNext(RetrievedContent.of(RetrievedItem.of("why?", 3)))
                .verifyComplete();
        StepVerifier.create(retriever.retrieve("why?"))
                .expectNext(RetrievedContent.of(RetrievedItem.of("why?", Retriever.DEFAULT_LIMIT)))
                .verifyComplete();
    }

    @Test
    void callbackIsCalledForEachSubscriptionAndNotBefore() {
        AtomicInteger calls = new AtomicInteger();
        Mono<RetrievedContent> search = Retrievers.callback((query, limit) -> {
                    calls.incrementAndGet();
                    return Mono.empty();
                })
                .retrieve("why?");

        assertThat(calls).hasValue(0);
        StepVerifier.create(search).verifyComplete();
        StepVerifier.create(search).verifyComplete();
        assertThat(calls).hasValue(2);
    }

    @Test
    void callbackMayBlock() {
        Mono<Boolean> mayBlock = Mono.defer(() -> Retrievers.callback((query, limit) -> Mono.just(RetrievedContent.of(
                                RetrievedItem.of("", Thread.currentThread() instanceof NonBlocking ? 0 : 1))))
                        .retrieve("why?"))
                .map(found -> found.items().get(0).score() == 1)
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(mayBlock).expectNext(true).verifyComplete();
    }

    @Test
    void errorsOfACallbackArePassedOn() {
        IllegalStateException error = new IllegalStateException("for the test");

        StepVerifier.create(
                        Retrievers.callback((query, limit) -> Mono.error(error)).retrieve("why?"))
                .verifyErrorMatches(error::equals);
        StepVerifier.create(Retrievers.callback((query, limit) -> {
                            throw error;
                        })
                        .retrieve("why?"))
                .verifyErrorMatches(error::equals);
    }

    @Test
    void callbackThatGivesNullIsATypedError() {
        StepVerifier.create(Retrievers.callback((query, limit) -> nothing()).retrieve("why?"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRetrievalException.class)
                        .hasMessageContaining("null"))
                .verify();
    }

    @SuppressWarnings("NullAway") // as careless callers do
    private static Mono<RetrievedContent> nothing() {
        return null;
    }

    @Test
    void cancelReachesTheCallback() {
        Sinks.Empty<Void> asked = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Mono<RetrievedContent> search = Retrievers.callback((query, limit) -> Mono.<RetrievedContent>never()
                        .doOnSubscribe(subscription -> asked.tryEmitEmpty())
                        .doOnCancel(cancelled::tryEmitEmpty))
                .retrieve("why?");

        StepVerifier.create(search.takeUntilOther(asked.asMono())).verifyComplete();
        StepVerifier.create(cancelled.asMono()).verifyComplete();
    }

    @Test
    void millionItemsAreCutToTheLimit() {
        RetrievedContent many = content(MILLION);
        Retriever retriever = Retrievers.callback((query, limit) -> Mono.just(many));

        StepVerifier.create(retriever.retrieve("why?", 7))
                .assertNext(found -> assertThat(found.items())
                        .hasSize(7)
                        .isEqualTo(many.items().subList(0, 7)))
                .verifyComplete();
    }

    @Test
    void lowScoresAreLeftOut() {
        RetrievedContent found = RetrievedContent.of(
                RetrievedItem.of("good", 0.9), RetrievedItem.of("enough", 0.5), RetrievedItem.of("poor", 0.49));
        Retriever retriever = Retrievers.callback((query, limit) -> Mono.just(found));

        StepVerifier.create(retriever.minimumScore(0.5).retrieve("why?"))
                .assertNext(left -> assertThat(left.items())
                        .extracting(RetrievedItem::content)
                        .containsExactly("good", "enough"))
                .verifyComplete();
        assertThatThrownBy(() -> retriever.minimumScore(Double.NaN)).isInstanceOf(InvalidRetrievalException.class);
    }

    @Test
    void aScoreThatIsNoNumberIsRefused() {
        Retriever unsure = Retrievers.callback(
                (query, limit) -> Mono.fromSupplier(() -> RetrievedContent.of(RetrievedItem.of("text", Double.NaN))));

        StepVerifier.create(unsure.retrieve("why?"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRetrievalException.class)
                        .hasMessageContaining("score"))
                .verify();
    }

    @Test
    void whatItCostStaysKnownWhateverIsLeftOut() {
        Retriever paid =
                Retrievers.callback((query, limit) -> Mono.just(content(9).withUsage(Usage.of(3, 0))));

        StepVerifier.create(Flux.concat(
                                paid.retrieve("why?", 2),
                                paid.minimumScore(7).retrieve("why?"),
                                Retrievers.fuse(paid, paid).retrieve("why?"))
                        .map(found -> found.usage().inputTokens()))
                .expectNext(3L, 3L, 6L)
                .verifyComplete();
    }

    @Test
    void metadataIsCopied() {
        Map<String, Object> metadata = new HashMap<>(Map.of("source", "book"));
        RetrievedItem item = new RetrievedItem("text", 1, metadata);
        metadata.put("other", 1);

        assertThat(item.metadata()).containsOnlyKeys("source");
    }
}
