package io.cortexreactive.durable;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Whatever is done to runs in whatever order, a store answers as a model says. The long run has the tag {@code faults};
 * how long is given by {@code -Dfaults.sequences=}, and another seed by {@code -Dfaults.seed=}.
 */
public abstract class RunLogPropertyContract {

    private static final long SEED = Long.getLong("faults.seed", 20_261_126L);
    private static final int STEPS = 40;

    /** The store; asked for anew for each sequence of steps. */
    protected abstract RunLog log();

    /** As {@link RunStoreContract#afterAMinute()}. */
    protected abstract Mono<Void> afterAMinute();

    /** How many sequences the short run has: seconds of them. */
    protected int few() {
        return 60;
    }

    /** How many the long one has: minutes of them. */
    protected int many() {
        return 2_000;
    }

    @Test
    public void eachVerdictIsAsTheModelSays() {
        check(few());
    }

    @Test
    @Tag("faults")
    public void eachOfVeryManyVerdictsIsAsTheModelSays() {
        check(Integer.getInteger("faults.sequences", many()));
    }

    private void check(int sequences) {
        for (int i = 0; i < sequences; i++) {
            RunLogProperty.check(log(), afterAMinute(), SEED + i, STEPS);
        }
    }
}
