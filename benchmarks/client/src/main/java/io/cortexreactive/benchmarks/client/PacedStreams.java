package io.cortexreactive.benchmarks.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/** How late chunks come: each carries the time at which the server sent it, in microseconds since 1970. */
final class PacedStreams {

    private PacedStreams() {}

    static Figures measure(StreamClient client, ServerControl server, Load load) throws Exception {
        Flux.from(client.stream("plain")).blockLast();
        int threads = ProcessFigures.threads();
        Lateness lateness = new Lateness();
        LiveStreams streams = new LiveStreams();
        streams.open(client, "paced", load.streams(), lateness);
        lateness.reset();
        server.ask("/lag");
        long cpu = ProcessFigures.cpuNanos();
        long peak = peakHeap(load.measured().toNanos());
        double chunks = lateness.count();
        double expected = (double) load.streams() * load.measured().toMillis() / Load.PACE.toMillis();
        String[] lag = server.ask("/lag").split(" ", -1);
        Figures figures = Figures.of(
                ProcessFigures.threadsByKind(),
                "failed",
                streams.ended(),
                "delivered",
                100 * chunks / expected,
                "peak",
                peak / 1048576.0,
                "p50",
                lateness.millisAt(0.5),
                "p99",
                lateness.millisAt(0.99),
                "lag50",
                Double.parseDouble(lag[0]),
                "lag99",
                Double.parseDouble(lag[1]),
                "threads",
                ProcessFigures.threads() - threads,
                "cpu",
                (ProcessFigures.cpuNanos() - cpu) / 1e3 / chunks);
        streams.close();
        return figures;
    }

    /** Of the whole heap, garbage too. */
    private static long peakHeap(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        long peak = 0;
        while (System.nanoTime() < until) {
            peak = Math.max(peak, ProcessFigures.usedHeap());
            Thread.sleep(20);
        }
        return peak;
    }

    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Counts in steps of 0.1 ms; whatever is later than the last step counts there. */
    private static final class Lateness implements Consumer<String> {

        private static final int STEP_MICROS = 100;

        private final AtomicIntegerArray steps = new AtomicIntegerArray(600_000);

        @Override
        public void accept(String text) {
            long late = nowMicros() - Long.parseLong(text.trim());
            steps.incrementAndGet((int) Math.max(0, Math.min(steps.length() - 1, late / STEP_MICROS)));
        }

        void reset() {
            for (int i = 0; i < steps.length(); i++) {
                steps.set(i, 0);
            }
        }

        long count() {
            long count = 0;
            for (int i = 0; i < steps.length(); i++) {
                count += steps.get(i);
            }
            return count;
        }

        double millisAt(double quantile) {
            long rank = (long) Math.ceil(quantile * count());
            int step = 0;
            for (long seen = steps.get(0); seen < rank; seen += steps.get(step)) {
                step++;
            }
            return step * STEP_MICROS / 1e3;
        }
    }
}
