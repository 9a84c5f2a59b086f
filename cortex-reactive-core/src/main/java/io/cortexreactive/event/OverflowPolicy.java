package io.cortexreactive.event;

/** What happens to an event for which a subscription's buffer has no room. */
public enum OverflowPolicy {
    /** The oldest event in the buffer is dropped and counted. */
    DROP_OLDEST,
    /** The new event is dropped and counted. */
    DROP_NEWEST,
    /** The subscription gets what is buffered, then {@link EventOverflowException}, and ends. */
    FAIL
}
