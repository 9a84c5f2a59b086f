package io.cortexreactive.testing;

import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import org.jspecify.annotations.Nullable;

/** One step of a reply, in no protocol's words. */
sealed interface ReplyEvent {

    /**
     * The answer begins.
     *
     * @param usage what the service will tell at the end; null if it tells nothing
     */
    record Started(@Nullable Usage usage) implements ReplyEvent {}

    record CallStarted(int index, String id, String name) implements ReplyEvent {}

    record Delta(int index, Kind kind, String value) implements ReplyEvent {}

    record BlockStopped(int index) implements ReplyEvent {}

    record Stopped(StopReason reason) implements ReplyEvent {}

    record Reported(Usage usage) implements ReplyEvent {}

    /** Here the fault strikes. */
    record Struck(StreamFault fault) implements ReplyEvent {}

    /** What a delta adds to; REDACTED is base64. */
    enum Kind {
        TEXT,
        REASONING,
        SIGNATURE,
        REDACTED,
        ARGUMENTS
    }
}
