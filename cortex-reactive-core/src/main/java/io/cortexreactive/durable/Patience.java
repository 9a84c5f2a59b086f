package io.cortexreactive.durable;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How long one who waits for a run bears with a store that does not answer. Signals come one at a time. */
final class Patience {

    private final Worker worker;
    private final Rounds rounds;
    private final RunKey key;
    private int failures;

    /** Of the first failure since the last answer. */
    private long since;

    Patience(Worker worker, Rounds rounds, RunKey key) {
        this.worker = worker;
        this.rounds = rounds;
        this.key = key;
    }

    void answered() {
        failures = 0;
        rounds.answered();
    }

    /** What to tell who waits, once the store was silent for too long. */
    Optional<StoreUnavailableException> failed(StoreUnavailableException error) {
        if (failures++ == 0) {
            since = worker.now();
            rounds.missed(error);
        }
        return left().isNegative() || left().isZero() ? Optional.of(over(key, error)) : Optional.empty();
    }

    /** The same where a run is worked on here, and only beats ask the store. */
    Optional<StoreUnavailableException> silent(Duration silence) {
        return silence.compareTo(worker.patience()) < 0 ? Optional.empty() : Optional.of(over(key, null));
    }

    /** Waits before the store is asked again, ever longer, or until something is told. */
    Mono<Void> rest(Mono<Void> told) {
        Duration pause = rounds.pause(failures);
        Duration left = left();
        boolean last = failures > 0 && !left.isNegative() && !left.isZero() && left.compareTo(pause) < 0;
        return Mono.firstWithSignal(told, rounds.delay(last ? left : pause));
    }

    private Duration left() {
        return worker.patience().minusNanos(worker.now() - since);
    }

    /** What to tell one who waits for that run. */
    StoreUnavailableException over(RunKey of, @Nullable Throwable cause) {
        return new StoreUnavailableException(
                "The store has not answered for " + worker.patience().toSeconds() + " s. Run '" + of.runId()
                        + "' is not hurt: follow it later.",
                of.runId(),
                cause);
    }
}
