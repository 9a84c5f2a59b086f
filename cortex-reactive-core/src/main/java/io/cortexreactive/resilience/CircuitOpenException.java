package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;

/** So many calls have failed that none is made for a while. Nothing was sent. */
public final class CircuitOpenException extends CortexException implements Transient, NotAdmitted {

    private final Duration left;

    /**
     * @param service which one it is about
     * @param left until the service is tried again; zero while it is being tried
     */
    CircuitOpenException(Object service, Duration left) {
        super(
                "circuit_open",
                "Too many calls to " + service + " have failed; none is made "
                        + (left.isZero() ? "until a trial has succeeded" : "for " + left.toMillis() + " ms"),
                null);
        this.left = left;
    }

    /** Until the service is tried again; empty while it is being tried. */
    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(left).filter(time -> !time.isZero());
    }
}
