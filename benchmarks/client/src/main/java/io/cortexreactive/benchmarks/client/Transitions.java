package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Transitions that each stream makes one after the other, telling of each. Streams begin anew when they end. What is
 * counted is what happens in a window, so that it does not matter how long a stream is.
 */
public final class Transitions {

    /** What a stream gives for a transition that took as long as it is since whatever it gave before. */
    public static final String TIMED = "timed";

    /** For one that something else was done with, so that its time tells nothing. */
    public static final String UNTIMED = "untimed";

    /** For what is no transition. */
    public static final String OTHER = "other";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STEP_MILLIS = 20;

    private final List<Lane> lanes;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean counting;

    private Transitions(int lanes) {
        this.lanes = Stream.generate(Lane::new).limit(lanes).toList();
    }

    static Figures measure(StreamClient client, Load load) throws InterruptedException {
        Transitions transitions = new Transitions(load.streams());
        Disposable running = transitions.begin(client);
        Thread.sleep(load.warmUp().toMillis());
        long start = System.nanoTime();
        long cpu = ProcessFigures.cpuNanos();
        long allocated = ProcessFigures.allocatedBytes();
        transitions.count(load.measured());
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuMicros = (ProcessFigures.cpuNanos() - cpu) / 1e3;
        double bytes = ProcessFigures.allocatedBytes() - allocated;
        running.dispose();
        return transitions.figures(seconds, cpuMicros, bytes);
    }

    private Disposable begin(StreamClient client) {
        return Flux.fromIterable(lanes)
                .flatMap(
                        lane -> Flux.defer(() -> client.stream("transitions"))
                                .doOnSubscribe(begun -> lane.begin())
                                .doOnNext(told -> lane.add(told, counting))
                                .repeat(),
                        lanes.size())
                .subscribe(told -> {}, failure::set);
    }

    /** For that time, and longer if nothing happened in it. */
    private void count(Duration window) throws InterruptedException {
        long start = System.nanoTime();
        counting = true;
        Thread.sleep(window.toMillis());
        while (made() == 0 && failure.get() == null && System.nanoTime() - start < PATIENCE.toNanos()) {
            Thread.sleep(STEP_MILLIS);
        }
        counting = false;
    }

    private long made() {
        return lanes.stream().mapToLong(Lane::made).sum();
    }

    private Figures figures(double seconds, double cpuMicros, double bytes) {
        Throwable failed = failure.get();
        double made = made();
        if (failed != null || made == 0) {
            throw new IllegalStateException("Transitions stopped", failed);
        }
        long[] times = lanes.stream().flatMapToLong(Lane::times).sorted().toArray();
        return Figures.of(
                "",
                "rate",
                made / seconds,
                "p50",
                millis(times, 0.5),
                "p99",
                millis(times, 0.99),
                "cpu",
                cpuMicros / made,
                "bytes",
                bytes / made);
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * share)] / 1e6;
    }

    /** One stream at a time. */
    private static final class Lane {

        private final LongStream.Builder times = LongStream.builder();
        private long last;
        private long made;

        synchronized void begin() {
            last = System.nanoTime();
        }

        synchronized void add(String told, boolean counts) {
            long now = System.nanoTime();
            if (counts && !told.equals(OTHER)) {
                made++;
                if (told.equals(TIMED)) {
                    times.add(now - last);
                }
            }
            last = now;
        }

        synchronized long made() {
            return made;
        }

        synchronized LongStream times() {
            return times.build();
        }
    }
}
