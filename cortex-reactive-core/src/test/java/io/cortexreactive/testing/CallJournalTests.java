package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class CallJournalTests {

    private static final int CALLS_KEPT = 3;

    private final CallJournal<Integer> journal = new CallJournal<>(CALLS_KEPT * 1024, call -> 0);

    private void open(int calls) {
        for (int i = 0; i < calls; i++) {
            journal.open(number -> number);
        }
    }

    @Test
    void oldestCallsAreForgottenBeyondTheBudget() {
        open(5);

        assertThat(journal.calls()).containsExactly(3, 4, 5);
    }

    @Test
    void latestCallIsKeptHoweverLargeItIs() {
        CallJournal<Integer> large = new CallJournal<>(10_000, call -> 20_000);

        large.open(number -> number);
        large.open(number -> number);

        assertThat(large.calls()).containsExactly(2);
    }

    @Test
    void keptCallIsThereAtOnce() {
        open(5);

        StepVerifier.create(journal.call(3)).expectNext(3).verifyComplete();
    }

    @Test
    void forgottenCallIsAnErrorThatSaysWhereTheJournalBegins() {
        open(5);

        StepVerifier.create(journal.call(2)).verifyErrorMessage("There is no call 2 in the journal: it begins at 3");
    }

    @Test
    void everyWaiterGetsTheCallWhenItComes() {
        StepVerifier.create(journal.call(2).zipWith(journal.call(2)))
                .then(() -> open(2))
                .expectNextMatches(pair -> pair.getT1() == 2 && pair.getT2() == 2)
                .verifyComplete();
    }
}
