package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.PartialAnswer;

/** The model was stopped because nobody followed its answer any more, as {@link BroadcastOptions#grace()} has it. */
public final class BroadcastStoppedException extends CortexException implements Lasting, PartialAnswer {

    private final String partialText;

    BroadcastStoppedException(String partialText) {
        super(
                "broadcast_stopped",
                "The model was stopped because the last of those who followed its answer has left. What it had said is"
                        + " in the channel.",
                null);
        this.partialText = partialText;
    }

    @Override
    public String partialText() {
        return partialText;
    }
}
