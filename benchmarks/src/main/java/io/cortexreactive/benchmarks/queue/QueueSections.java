package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import io.cortexreactive.benchmarks.stream.Section;
import io.cortexreactive.benchmarks.stream.Section.Column;
import io.cortexreactive.benchmarks.stream.Target;
import io.cortexreactive.benchmarks.stream.Task;
import java.time.Duration;
import java.util.List;

/** All tables, with the loads of a full run or of a quick one that only shows that everything works. */
record QueueSections(boolean quick) {

    private static final int FOLLOWERS = 10_000;
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final double LEAST_ON_POSTGRES = 0.6;
    private static final double LEAST_ON_REDIS = 0.5;

    private static final List<String> SERIAL = List.of("-XX:+UseSerialGC", "-Xmx1g");
    private static final List<String> DEFAULT_COLLECTOR = List.of("-Xmx1g");

    List<Section> all() {
        return List.of(
                throughput("PostgreSQL", QueueClients.FINISHED_ON_POSTGRES, QueueClients.R2DBC, LEAST_ON_POSTGRES),
                throughput("Redis", QueueClients.FINISHED_ON_REDIS, QueueClients.LETTUCE, LEAST_ON_REDIS),
                latency(),
                followers());
    }

    private Section throughput(String store, String cortex, String bare, double least) {
        List<Task> tasks = List.of(cortex, bare).stream()
                .map(client -> new Task(client, Measurement.TRANSITIONS, load(QueuedAgents.AT_ONCE), SERIAL))
                .toList();
        return new Section(
                "throughput",
                "Runs that do nothing on " + store + ", " + QueuedAgents.AT_ONCE
                        + " under way, until they are finished",
                0,
                List.of(
                        new Column("runs/s", "rate", 0, true),
                        new Column("p50 ms", "p50", 2, true),
                        new Column("p99 ms", "p99", 2, true),
                        new Column("CPU µs/run", "cpu", 0, true),
                        new Column("bytes/run", "bytes", 0, true)),
                tasks,
                List.of(Target.atLeastRatio("runs/s on " + store, "rate", cortex, bare, least)));
    }

    private Load load(int streams) {
        return quick
                ? new Load(Math.min(streams, 4), 0, Duration.ofMillis(100), Duration.ofMillis(200))
                : new Load(streams, 0, Duration.ofSeconds(60), TEN_SECONDS);
    }

    private Section latency() {
        return new Section(
                "latency",
                "From a dispatch to an idle queue until the agent's model is asked, one run alone",
                0,
                List.of(
                        new Column("runs/s", "rate", 0, false),
                        new Column("p50 ms", "p50", 2, false),
                        new Column("p99 ms", "p99", 2, false),
                        new Column("CPU µs/run", "cpu", 0, false)),
                List.of(QueueClients.STARTED_ON_POSTGRES, QueueClients.STARTED_ON_REDIS).stream()
                        .map(client -> new Task(client, Measurement.TRANSITIONS, load(1), DEFAULT_COLLECTOR))
                        .toList(),
                List.of());
    }

    private Section followers() {
        Load load = quick
                ? new Load(50, 0, Duration.ZERO, Duration.ofMillis(300))
                : new Load(FOLLOWERS, 0, Duration.ZERO, TEN_SECONDS);
        List<String> clients = List.of(QueueClients.FOLLOWED_ON_POSTGRES, QueueClients.FOLLOWED_ON_REDIS);
        return new Section(
                "followers",
                "%,d followers, each of a waiting run of its own".formatted(load.streams()),
                0,
                List.of(
                        new Column("s to open", "opening", 1, false),
                        new Column("heap KiB/follower", "heap", 2, false),
                        new Column("requests/s of all", "requests", 1, false),
                        new Column("CPU ms/s of all", "cpu", 1, false),
                        new Column("threads more", "threads", 0, false),
                        new Column("failed", "failed", 0, false)),
                clients.stream()
                        .map(client -> new Task(client, Measurement.LIVE_HEAP, load, SERIAL))
                        .toList(),
                clients.stream()
                        .map(client -> Target.atMost("failed followers, " + client, "failed", client, 0))
                        .toList());
    }
}
