package io.cortexreactive.event;

/**
 * Where features tell what happened. Neither method blocks, fails or runs subscriber code, from any thread.
 *
 * <pre>{@code
 * if (events.wants(ChatStreamChunk.class)) {
 *     events.publish(new ChatStreamChunk(scope.next(), chunk, index));
 * }
 * }</pre>
 */
public interface EventPublisher {

    /** Whether an event of this type would reach anybody. Ask first: then an unwanted event costs no allocation. */
    boolean wants(Class<? extends CortexEvent> type);

    /** Hands an event to everybody who listens; does nothing if nobody does, or if its type is disabled. */
    void publish(CortexEvent event);

    /** Wants and publishes nothing. */
    static EventPublisher none() {
        return NoEventPublisher.INSTANCE;
    }
}
