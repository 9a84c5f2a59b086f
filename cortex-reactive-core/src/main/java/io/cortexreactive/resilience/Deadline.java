package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The deadline of one call under way. Travels in the Context, so that whoever is cancelled inside of it can tell a
 * service that hangs from a caller that has seen enough.
 */
final class Deadline {

    private static final Object KEY = Deadline.class;

    private final Duration time;
    private final @Nullable Deadline outer;

    private volatile boolean passed;

    private Deadline(Duration time, @Nullable Deadline outer) {
        this.time = time;
        this.outer = outer;
    }

    /** One that begins inside of those that the Context has. */
    static Deadline within(ContextView context, Duration time) {
        return new Deadline(time, of(context));
    }

    /** The innermost; null if there is none. */
    static @Nullable Deadline of(ContextView context) {
        return context.getOrDefault(KEY, null);
    }

    Context write(Context context) {
        return context.put(KEY, this);
    }

    void pass() {
        passed = true;
    }

    DeadlineExceededException error() {
        return new DeadlineExceededException(time);
    }

    /** The error of the one that has passed, this or one around it. */
    static Optional<DeadlineExceededException> exceeded(@Nullable Deadline deadline) {
        Deadline at = deadline;
        while (at != null && !at.passed) {
            at = at.outer;
        }
        return Optional.ofNullable(at).map(Deadline::error);
    }
}
