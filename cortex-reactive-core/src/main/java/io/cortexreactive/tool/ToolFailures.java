package io.cortexreactive.tool;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import io.cortexreactive.plugin.HookVetoedException;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/** Makes error results of what tools throw. */
final class ToolFailures {

    private static final int MAX_MESSAGE = 2_000;

    private ToolFailures() {}

    /**
     * Reactor lets these through to the thread, whose call would then never end. They are the tool's own, and no more.
     */
    static Flux<ToolUpdate> caught(Supplier<Flux<ToolUpdate>> work) {
        try {
            return work.get();
        } catch (VirtualMachineError | LinkageError e) {
            return Flux.error(e);
        }
    }

    static Throwable noResult() {
        return new IllegalStateException("it ended without a result");
    }

    static ToolResult unknownOutcome() {
        return ToolResult.error(
                ToolErrorKind.UNKNOWN_OUTCOME,
                "The call was begun before, and broke off: nobody knows whether it was done. It is not made again by itself."
                        + " Find out what came of it before you call the tool again.");
    }

    static ToolResult denied(String reason) {
        String said = "Whoever was asked did not approve the call, and so the tool was not run.";
        return ToolResult.error(
                ToolErrorKind.REFUSED, reason.isBlank() ? said : said + " They say: " + shortened(reason.strip()));
    }

    static ToolResult result(Throwable error) {
        ToolResult result = ToolResult.error(kind(error), message(error));
        ToolResult told = error instanceof CortexException ? result : result.with(ToolResult.FOREIGN, true);
        return error instanceof Transient ? told.with(ToolResult.TRANSIENT, true) : told;
    }

    private static ToolErrorKind kind(Throwable error) {
        if (error instanceof ToolTimeoutException) {
            return ToolErrorKind.TIMEOUT;
        }
        if (error instanceof HookVetoedException) {
            return ToolErrorKind.REFUSED;
        }
        if (error instanceof ToolOutputException) {
            return ToolErrorKind.INVALID_OUTPUT;
        }
        return error instanceof ToolArgumentsException ? ToolErrorKind.INVALID_ARGUMENTS : ToolErrorKind.FAILED;
    }

    private static String message(Throwable error) {
        if (error instanceof HookVetoedException veto) {
            return "The call was refused: " + veto.reason();
        }
        String said = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        String message = error instanceof ToolException ? said : "The tool failed: " + said;
        return shortened(message);
    }

    /** Not in the middle of a character. */
    private static String shortened(String text) {
        if (text.length() <= MAX_MESSAGE) {
            return text;
        }
        boolean isHalf = Character.isHighSurrogate(text.charAt(MAX_MESSAGE - 1));
        return text.substring(0, isHalf ? MAX_MESSAGE - 1 : MAX_MESSAGE) + "…";
    }
}
