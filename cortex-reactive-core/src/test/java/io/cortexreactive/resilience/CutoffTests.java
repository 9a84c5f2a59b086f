package io.cortexreactive.resilience;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class CutoffTests {

    private final TestPublisher<String> source = TestPublisher.create();
    private final Sinks.Empty<Void> signal = Sinks.empty();
    private final Flux<String> cut =
            Cutoff.on(source.flux(), signal.asMono(), () -> new IllegalStateException("closed"));

    @Test
    void signalCancelsTheSourceAndRaisesTheError() {
        StepVerifier.create(cut)
                .then(() -> source.next("a"))
                .expectNext("a")
                .then(signal::tryEmitEmpty)
                .verifyErrorMessage("closed");
        source.assertCancelled();
    }

    @Test
    void signalThatCameBeforeCounts() {
        signal.tryEmitEmpty();

        StepVerifier.create(cut).verifyErrorMessage("closed");
        source.assertNoRequestOverflow();
    }

    @Test
    void sourceThatEndsByItselfIsNotTouched() {
        StepVerifier.create(cut)
                .then(() -> source.next("a").complete())
                .expectNext("a")
                .verifyComplete();
    }
}
