package io.cortexreactive.persistence.postgres;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * How steps of one kind are sent together.
 *
 * @param <I> a step
 * @param <O> what became of it
 */
interface Grouped<I, O> {

    /** What it is about; a group has at most one of each. */
    Object target(I step);

    /** How much of a statement it takes. */
    int bytes(I step);

    /**
     * One attempt for all of them.
     *
     * @return what became of those that were made, by their place; the others are sent alone
     */
    Mono<Map<Integer, Mono<O>>> together(List<I> steps);

    /**
     * Until it is settled.
     *
     * @param again whether it may have happened before
     */
    Mono<O> alone(I step, boolean again);
}
