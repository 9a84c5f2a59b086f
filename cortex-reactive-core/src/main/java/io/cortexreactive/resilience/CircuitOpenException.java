package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;

/** So many calls have failed that none is made for a while. Nothing was sent. */
public final class CircuitOpenException extends CortexException implements Transient, NotAdmitted {

    private final Duration openFor;

    CircuitOpenException(Duration openFor) {
        super("circuit_open", "Too many calls have failed; none is made for " + openFor.toMillis() + " ms", null);
        this.openFor = openFor;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(openFor);
    }
}
