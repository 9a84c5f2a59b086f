package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Faults while runs are under way, which go on beginning until all faults were made.
 *
 * @param leastRuns how many begin at least
 * @param faults how many are made, one after the other
 */
record Storm(int leastRuns, int faults) {

    private static final Duration VERY_LONG = Duration.ofMinutes(20);

    /**
     * Gives all runs once they have ended.
     *
     * @param lead begins runs while it is told to, by their number, and gives those that have ended
     * @param fault waits for its moment
     */
    List<String> over(Function<IntPredicate, Flux<String>> lead, Runnable fault) {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<@Nullable List<String>> ended = lead.apply(number -> number < leastRuns || !over.get())
                .collectList()
                .toFuture();
        for (int i = 0; i < faults; i++) {
            fault.run();
        }
        over.set(true);
        List<String> runs = Objects.requireNonNull(Mono.fromFuture(ended).block(VERY_LONG));
        assertThat(runs).hasSizeGreaterThanOrEqualTo(leastRuns).doesNotHaveDuplicates();
        return runs;
    }
}
