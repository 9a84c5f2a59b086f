package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.UnknownMessageException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.error.ErrorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place among the steps of a run.
 *
 * @param seq of the entry in the journal
 * @param index of the step in it
 */
record Position(int seq, int index) {

    /** Before the first step. */
    static final Position START = new Position(0, -1);

    private static final Pattern ID = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** A message and where it is. */
    record Placed(Position position, ChannelMessage message) {}

    /**
     * Whether there is a message is for {@link #isIn} to say.
     *
     * @throws UnknownMessageException if a run that has come so far can have none of this id
     */
    static Position of(String runId, @Nullable String id, int latest) {
        if (id == null) {
            return START;
        }
        Matcher read = ID.matcher(id);
        if (!read.matches() || Integer.parseInt(read.group(1)) > latest) {
            throw UnknownMessageException.ofRun(runId);
        }
        Position position = new Position(Integer.parseInt(read.group(1)), Integer.parseInt(read.group(2)));
        if (!position.id().equals(id)) {
            throw UnknownMessageException.ofRun(runId);
        }
        return position;
    }

    /** Whether an entry tells something here. */
    boolean isIn(JournalEntry entry, RunKey run) {
        return messages(entry, run).stream()
                .anyMatch(placed -> placed.position().equals(this));
    }

    private boolean isBefore(Placed other) {
        Position at = other.position();
        return at.seq > seq || (at.seq == seq && at.index > index);
    }

    /** What an entry tells behind this place. */
    List<ChannelMessage> behind(JournalEntry entry, RunKey run) {
        return messages(entry, run).stream()
                .filter(this::isBefore)
                .map(Placed::message)
                .toList();
    }

    private String id() {
        return seq + "-" + index;
    }

    /** What an entry tells. */
    private static List<Placed> messages(JournalEntry entry, RunKey run) {
        List<Placed> told = new ArrayList<>();
        if (entry.payload() != null) {
            for (AgentStep step : History.steps(StateJson.read(entry.payload()))) {
                Position at = new Position(entry.seq(), told.size());
                told.add(new Placed(at, ChannelMessage.of(at.id(), StepJson.plain(step, "step"))));
            }
        }
        if (entry.kind() == JournalEntry.Kind.TERMINAL) {
            Position at = new Position(entry.seq(), told.size());
            told.add(new Placed(at, ChannelMessage.end(at.id(), error(entry, told.isEmpty(), run))));
        }
        return told;
    }

    /** A run that has told its last step has ended as it should; one without an error and that step was cancelled. */
    private static @Nullable ErrorInfo error(JournalEntry entry, boolean toldNothing, RunKey run) {
        return entry.error() != null || !toldNothing
                ? entry.error()
                : new ErrorInfo("agent_run_cancelled", "Run '" + run.runId() + "' was cancelled.", false);
    }
}
