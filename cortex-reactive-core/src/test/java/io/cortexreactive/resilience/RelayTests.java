package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

@Timeout(30)
class RelayTests {

    private final TestPublisher<String> source =
            TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    private final List<String> told = new ArrayList<>();

    @Test
    void demandGoesThrough() {
        StepVerifier.create(noted(Set.of()), 0)
                .thenRequest(2)
                .then(() -> source.assertMinRequested(2).assertMaxRequested(2))
                .then(() -> source.next("a", "b").complete())
                .expectNext("a", "b")
                .verifyComplete();
        assertThat(told).containsExactly("next a", "next b", "completed", "over");
    }

    @Test
    void cancelIsToldBeforeTheSourceKnows() {
        StepVerifier.create(noted(Set.of())).thenCancel().verify();

        source.assertCancelled();
        assertThat(told).containsExactly("cancelled", "over");
    }

    @Test
    void errorIsTold() {
        StepVerifier.create(noted(Set.of()))
                .then(() -> source.error(new IllegalStateException("broken")))
                .verifyErrorMessage("broken");
        assertThat(told).containsExactly("failed broken", "over");
    }

    @Test
    void itIsOverOnce() {
        List<Subscription> held = new ArrayList<>();
        StepVerifier.create(noted(Set.of()).doOnSubscribe(held::add))
                .then(source::complete)
                .verifyComplete();
        held.forEach(Subscription::cancel);

        assertThat(told).containsExactly("completed", "over", "cancelled");
    }

    @Test
    void whatIsThrownOnAnElementCancelsTheSourceAndIsTheError() {
        StepVerifier.create(noted(Set.of("next a")))
                .then(() -> source.next("a"))
                .verifyErrorMessage("next a");
        source.assertCancelled();
        assertThat(told).containsExactly("next a", "failed next a", "over");
    }

    @Test
    void whatIsThrownOnCompletionIsTheError() {
        StepVerifier.create(noted(Set.of("completed"))).then(source::complete).verifyErrorMessage("completed");

        assertThat(told).containsExactly("completed", "failed completed", "over");
    }

    @Test
    void whatIsThrownOnAnErrorKeepsIt() {
        StepVerifier.create(noted(Set.of("failed broken")))
                .then(() -> source.error(new IllegalStateException("broken")))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessage("failed broken")
                        .hasSuppressedException(new IllegalStateException("broken")));
    }

    @Test
    void sourceThatCouldBeFusedGoesThrough() {
        StepVerifier.create(Relay.on(Flux.just("a", "b"), actual -> new Noted(actual, Set.of()))
                        .doOnNext(element -> {}))
                .expectNext("a", "b")
                .verifyComplete();
    }

    @Test
    void whatComesAfterTheEndIsDropped() {
        StepVerifier.create(noted(Set.of()))
                .then(() -> source.complete().next("late").error(new IllegalStateException("late")))
                .expectComplete()
                .verifyThenAssertThat()
                .hasDropped("late")
                .hasDroppedErrorWithMessage("late");
    }

    private Flux<String> noted(Set<String> refused) {
        return Relay.on(source.flux(), actual -> new Noted(actual, refused));
    }

    private final class Noted extends Relay<String> {

        private final Set<String> refused;

        Noted(CoreSubscriber<? super String> actual, Set<String> refused) {
            super(actual);
            this.refused = refused;
        }

        private void note(String what) {
            told.add(what);
            if (refused.contains(what)) {
                throw new IllegalArgumentException(what);
            }
        }

        @Override
        public void onNext(String element) {
            if (isTooLate(element)) {
                return;
            }
            try {
                note("next " + element);
            } catch (IllegalArgumentException thrown) {
                fail(element, thrown);
                return;
            }
            actual.onNext(element);
        }

        @Override
        protected void completed() {
            note("completed");
        }

        @Override
        protected Throwable failed(Throwable error) {
            note("failed " + error.getMessage());
            return error;
        }

        @Override
        protected void cancelled() {
            note("cancelled");
        }

        @Override
        protected void over() {
            note("over");
        }
    }
}
