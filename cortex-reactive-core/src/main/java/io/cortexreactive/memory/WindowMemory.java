package io.cortexreactive.memory;

import java.time.Duration;

/** A memory made by {@link ConversationMemory}, and what a run does that finds its conversation busy. */
public interface WindowMemory extends ConversationMemory {

    /** What a run does that finds its conversation busy; it waits by default. */
    WindowMemory whenBusy(WhenBusy value);

    /**
     * How long a run waits for its turn before it fails with {@link ConversationBusyException}; 2 minutes by default.
     */
    WindowMemory waitAtMost(Duration value);
}
