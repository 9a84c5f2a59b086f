package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.List;

/** An answer does not look as its node asks for; the run stays paused. */
public final class InvalidInputException extends CortexException implements Lasting {

    private final List<String> problems;

    InvalidInputException(String runId, String node, List<String> problems) {
        super(
                "invalid_input",
                "The answer to '" + node + "' of run '" + runId + "' is refused, and the run stays paused: "
                        + String.join("; ", problems),
                null);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong with it. */
    public List<String> problems() {
        return problems;
    }
}
