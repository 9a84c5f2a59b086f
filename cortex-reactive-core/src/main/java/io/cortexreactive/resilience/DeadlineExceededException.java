package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.PartialAnswer;
import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.stream.Stream;

/** All attempts and waits together took longer than the policy allows. */
public final class DeadlineExceededException extends CortexException implements Transient, PartialAnswer {

    private final Duration deadline;
    private final String partialText;

    DeadlineExceededException(Duration deadline) {
        this(deadline, "");
    }

    private DeadlineExceededException(Duration deadline, String partialText) {
        super("deadline_exceeded", "The call took longer than " + deadline.toMillis() + " ms, retries included", null);
        this.deadline = deadline;
        this.partialText = partialText;
    }

    /** This, of a call that had said something by then. */
    public DeadlineExceededException withPartialText(String text) {
        DeadlineExceededException told = new DeadlineExceededException(deadline, text);
        Stream.of(getSuppressed()).forEach(told::addSuppressed);
        return told;
    }

    @Override
    public String partialText() {
        return partialText;
    }
}
