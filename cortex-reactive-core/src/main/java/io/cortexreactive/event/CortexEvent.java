package io.cortexreactive.event;

/** Something that happened. Each feature has one sealed family of these. Immutable, and safe to keep. */
public interface CortexEvent {

    /** When, for whom, and in which order. */
    EventMeta meta();
}
