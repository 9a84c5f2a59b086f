package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.util.RaceTestUtils;

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

    @Test
    void sourceThatIsWholeIsNotCutOff() {
        StepVerifier.create(Cutoff.on(source.flux(), "end"::equals, signal.asMono(), IllegalStateException::new))
                .then(() -> source.next("end"))
                .expectNext("end")
                .then(signal::tryEmitEmpty)
                .then(source::complete)
                .verifyComplete();
    }

    @Test
    void thereIsOneEndHoweverCloseTheTwoAre() {
        for (int i = 0; i < 2_000; i++) {
            TestPublisher<String> answer = TestPublisher.create();
            Sinks.Empty<Void> late = Sinks.empty();
            List<String> seen = new CopyOnWriteArrayList<>();
            Cutoff.on(answer.flux(), "end"::equals, late.asMono(), IllegalStateException::new)
                    .subscribe(seen::add, error -> seen.add("error"), () -> seen.add("complete"));
            RaceTestUtils.race(() -> answer.next("end").complete(), late::tryEmitEmpty);

            assertThat(seen).isIn(List.of("end", "complete"), List.of("error"));
        }
    }
}
