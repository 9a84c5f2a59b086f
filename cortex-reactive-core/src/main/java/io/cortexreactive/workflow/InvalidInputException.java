package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was given is no input; nothing was begun or changed. An answer that does not look as its node asks for leaves
 * its run paused.
 */
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

    private InvalidInputException(String what, String problem) {
        super("invalid_input", what + " " + problem + ".", null);
        problems = List.of(problem);
    }

    /**
     * What somebody gives to a run, with names for all it has.
     *
     * @throws InvalidInputException if it is none
     */
    static Map<String, Object> require(String what, @Nullable Map<String, Object> given) {
        if (given == null) {
            throw new InvalidInputException(what, "is null, and must be a map");
        }
        for (Object name : given.keySet()) {
            if (name == null) {
                throw new InvalidInputException(what, "has a value whose name is null");
            }
        }
        return given;
    }

    /**
     * How something is done.
     *
     * @param instead what means no options
     * @throws InvalidInputException if it is null
     */
    static <T> T requireOptions(String what, @Nullable T given, String instead) {
        if (given == null) {
            throw new InvalidInputException(what, "are null; give " + instead);
        }
        return given;
    }

    /** What is wrong with it. */
    public List<String> problems() {
        return problems;
    }
}
