package io.cortexreactive.benchmarks;

import io.cortexreactive.event.EventHub;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventSettings;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What an event costs the thread that publishes it: nothing to speak of when nobody listens. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class EventCostBenchmark {

    private final EventMeta meta = EventMeta.now();
    private final EventHub hub = EventHub.create(EventSettings.DEFAULTS);

    /** One subscriber to one type; the other type has none. */
    @Setup
    public void listen() {
        hub.stream().on(Happening.Heard.class).subscribe();
    }

    /** Ends the hub's threads. */
    @TearDown
    public void close() {
        hub.close().subscribe();
    }

    /** The question alone. */
    @Benchmark
    public boolean wantsWithNobodyListening() {
        return hub.wants(Happening.Unheard.class);
    }

    /** As features publish: ask first, and make no event that nobody wants. */
    @Benchmark
    public void publishWithNobodyListening() {
        if (hub.wants(Happening.Unheard.class)) {
            hub.publish(new Happening.Unheard(meta, 1));
        }
    }

    /** The same as fast as it goes, to one subscriber, whose buffer may overflow. */
    @Benchmark
    public void publishToOneSubscriber() {
        if (hub.wants(Happening.Heard.class)) {
            hub.publish(new Happening.Heard(meta, 1));
        }
    }
}
