package io.cortexreactive.chat;

import io.cortexreactive.message.Usage;

/** An error that knows what the call has cost, where it ended a call by its own decision. */
public interface KnownCost {

    /** What the call has cost. */
    Usage usage();
}
