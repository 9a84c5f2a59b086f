package io.cortexreactive.persistence;

import io.cortexreactive.ForkedJvm;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** Workers, of whom one after the other is killed and replaced. */
final class Crew implements AutoCloseable {

    private static final long SEED = Long.getLong("faults.seed", 20_261_126L);
    private static final int WORKERS = 3;
    private static final int MOST_NODES = 8;
    private static final int LONGEST_WAIT_MILLIS = 15;

    private final Random random = new Random(SEED);
    private final Function<String, ForkedJvm> fork;
    private final ForkedJvm[] workers = new ForkedJvm[WORKERS];
    private final String[] names = new String[WORKERS];
    private final Set<String> killed = new HashSet<>();
    private int hired;

    /** @param fork makes a worker of this name, which says {@code ran} for each thing that it does */
    Crew(Function<String, ForkedJvm> fork) {
        this.fork = fork;
        for (int place = 0; place < WORKERS; place++) {
            hire(place);
        }
    }

    private void hire(int place) {
        names[place] = "w" + hired++;
        workers[place] = fork.apply(names[place]);
        workers[place].tell("start");
    }

    /** Anywhere: after so many nodes, and then some time, which is in the middle of others. */
    void killOne() {
        int place = random.nextInt(WORKERS);
        workers[place]
                .lines()
                .filter(line -> line.startsWith("ran "))
                .skip(random.nextInt(MOST_NODES))
                .next()
                .delayElement(Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)))
                .block(SharedStore.PATIENCE);
        workers[place].kill();
        killed.add(names[place]);
        hire(place);
    }

    /** The names of those who were killed. */
    Set<String> killed() {
        return Set.copyOf(killed);
    }

    @Override
    public void close() {
        for (ForkedJvm worker : workers) {
            worker.close();
        }
    }
}
