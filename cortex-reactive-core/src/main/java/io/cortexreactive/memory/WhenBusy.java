package io.cortexreactive.memory;

/** What a run does that finds its conversation in the hands of another. */
public enum WhenBusy {

    /** It waits for its turn: first come, first served. */
    WAIT,

    /** It fails at once with {@link ConversationBusyException}. */
    REFUSE
}
