package io.cortexreactive.benchmarks;

import io.cortexreactive.event.EventHub;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.event.OverflowPolicy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events delivered in a second without losing one. Publishers are paced: they wait while more than half of what the
 * subscriber's buffer holds is on its way. A lost event fails the benchmark.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -jar benchmarks/target/benchmarks.jar Event -foe true -prof gc
 * }</pre>
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class EventDeliveryBenchmark {

    private static final int BATCH = 256;
    private static final int BUFFER = 16_384;

    /** One subscriber that keeps up. */
    @State(Scope.Benchmark)
    public static class Listening {

        final EventMeta meta = EventMeta.now();
        final AtomicLong published = new AtomicLong();
        final AtomicLong delivered = new AtomicLong();
        final EventHub hub = EventHub.create(EventSettings.DEFAULTS);
        final EventStream view = hub.stream().buffer(BUFFER, OverflowPolicy.DROP_OLDEST);

        /** Subscribes. */
        @Setup
        public void listen() {
            view.on(Happening.Heard.class).subscribe(event -> delivered.lazySet(delivered.get() + 1));
        }

        /** Fails the run if anything was lost. */
        @TearDown(Level.Iteration)
        public void checkNothingWasLost() {
            if (view.dropped() + hub.lost() > 0) {
                throw new IllegalStateException(view.dropped() + " dropped, " + hub.lost() + " lost");
            }
        }

        /** Ends the hub's threads. */
        @TearDown
        public void close() {
            hub.close().subscribe();
        }

        /** Yields while it waits, since there may be fewer cores than threads. */
        @SuppressWarnings("ThreadPriorityCheck")
        void publishPaced() {
            for (int i = 0; i < BATCH; i++) {
                if (hub.wants(Happening.Heard.class)) {
                    hub.publish(new Happening.Heard(meta, i));
                }
            }
            long soFar = published.addAndGet(BATCH);
            while (soFar - delivered.get() > BUFFER / 2) {
                Thread.yield();
            }
        }
    }

    /** As before, beside a subscriber that is stuck and, in each iteration, one that throws. */
    @State(Scope.Benchmark)
    public static class InBadCompany extends Listening {

        private final CountDownLatch stuck = new CountDownLatch(1);

        /** Subscribes the one that is stuck. */
        @Setup
        public void listenAndGetStuck() {
            hub.stream().all().subscribe(event -> await());
        }

        /** Subscribes one that throws. */
        @Setup(Level.Iteration)
        public void listenAndThrow() {
            hub.stream()
                    .all()
                    .subscribe(
                            event -> {
                                throw new IllegalStateException("on purpose");
                            },
                            error -> {});
        }

        /** Lets the stuck one go. */
        @TearDown
        public void release() {
            stuck.countDown();
        }

        private void await() {
            try {
                stuck.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One publisher, one subscriber. */
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BATCH)
    public void oneToOne(Listening listening) {
        listening.publishPaced();
    }

    /** Four publishers, one subscriber. */
    @Benchmark
    @Threads(4)
    @OperationsPerInvocation(BATCH)
    public void fourToOne(Listening listening) {
        listening.publishPaced();
    }

    /** One publisher, one subscriber that keeps up, one that is stuck and one that throws. */
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BATCH)
    public void oneToOneInBadCompany(InBadCompany listening) {
        listening.publishPaced();
    }
}
