package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;

/** All attempts and waits together took longer than the policy allows. */
public final class DeadlineExceededException extends CortexException implements Transient {

    DeadlineExceededException(Duration deadline) {
        super("deadline_exceeded", "The call took longer than " + deadline.toMillis() + " ms, retries included", null);
    }
}
