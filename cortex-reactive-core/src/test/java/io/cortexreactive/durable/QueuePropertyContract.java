package io.cortexreactive.durable;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Whatever is done to runs that wait in a queue, in whatever order, its runs, lists and counts agree. The long run has
 * the tag {@code faults}; how long is given by {@code -Dfaults.sequences=}, and another seed by {@code -Dfaults.seed=}.
 */
public abstract class QueuePropertyContract {

    private static final long SEED = Long.getLong("faults.seed", 20_261_127L);
    private static final int STEPS = 80;

    /** The queue; asked for anew for each sequence of steps. */
    protected abstract RunLog queue();

    /** As {@link RunStoreContract#afterAMinute()}. */
    protected abstract Mono<Void> afterAMinute();

    /** Purges the queue, as if all that has ended had ended long ago. */
    protected abstract Mono<Void> forget();

    /** How many sequences the short run has: seconds of them. */
    protected int few() {
        return 15;
    }

    /** How many the long one has: minutes of them. */
    protected int many() {
        return 200;
    }

    @Test
    public void runsListsAndCountsAgree() {
        check(few());
    }

    @Test
    @Tag("faults")
    public void runsListsAndCountsAgreeAfterVeryManySteps() {
        check(Integer.getInteger("faults.sequences", many()));
    }

    private void check(int sequences) {
        for (int i = 0; i < sequences; i++) {
            RunLog queue = queue();
            QueueProperty.check(queue, new QueueProperty.Surroundings(afterAMinute(), forget()), SEED + i, STEPS);
        }
    }
}
