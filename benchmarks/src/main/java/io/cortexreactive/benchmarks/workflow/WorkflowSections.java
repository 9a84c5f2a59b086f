package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import io.cortexreactive.benchmarks.stream.Section;
import io.cortexreactive.benchmarks.stream.Section.Column;
import io.cortexreactive.benchmarks.stream.Target;
import io.cortexreactive.benchmarks.stream.Task;
import java.time.Duration;
import java.util.List;

/** All tables, with the loads of a full run or of a quick one that only shows that everything works. */
record WorkflowSections(boolean quick) {

    private static final int AT_ONCE = 32;
    private static final double MOST_GROWTH = 1.2;
    private static final double MOST_LATENCY = 1.1;
    private static final int MOST_KIB_LEFT = 1_024;

    private static final List<String> SERIAL = List.of("-XX:+UseSerialGC", "-Xmx1g");
    private static final List<String> DEFAULT_COLLECTOR = List.of("-Xmx1g");
    private static final List<Column> COLUMNS = List.of(
            new Column("transitions/s", "rate", 0, true),
            new Column("p50 ms", "p50", 2, true),
            new Column("p99 ms", "p99", 2, true),
            new Column("CPU µs/transition", "cpu", 1, true),
            new Column("bytes/transition", "bytes", 0, true));

    List<Section> all() {
        return List.of(atOnce(), alone(), longer(), among(), resumed(), paused());
    }

    private Section atOnce() {
        return transitions(
                "commits",
                "A workflow of 10 nodes, " + AT_ONCE + " runs at once",
                AT_ONCE,
                List.of(WorkflowClients.CORTEX, WorkflowClients.R2DBC, WorkflowClients.JDBC),
                List.of(rate("transitions/s, " + AT_ONCE + " runs at once", 3)));
    }

    private Section alone() {
        return transitions(
                "commits",
                "A workflow of 10 nodes, one run alone",
                1,
                List.of(WorkflowClients.CORTEX, WorkflowClients.R2DBC, WorkflowClients.JDBC),
                List.of(
                        rate("transitions/s, one run alone", 0.8),
                        Target.ratio(
                                "p50, one run alone",
                                "p50",
                                WorkflowClients.CORTEX,
                                WorkflowClients.R2DBC,
                                MOST_LATENCY)));
    }

    private static Target rate(String what, double limit) {
        return Target.atLeastRatio(what, "rate", WorkflowClients.CORTEX, WorkflowClients.R2DBC, limit);
    }

    private Section longer() {
        return growth(
                "A workflow of 10 nodes and one of 1,000, " + AT_ONCE + " runs at once",
                WorkflowClients.CORTEX,
                WorkflowClients.LONG);
    }

    private Section among() {
        return growth(
                "A workflow of 10 nodes, " + AT_ONCE + " runs at once, beside runs that ended before",
                WorkflowClients.AMONG_FEW,
                quick ? WorkflowClients.AMONG_SOME : WorkflowClients.AMONG_MANY);
    }

    private Section growth(String title, String few, String many) {
        List<Target> targets = List.of(
                Target.ratio("CPU", "cpu", many, few, MOST_GROWTH),
                Target.atLeastRatio("transitions/s", "rate", many, few, 1 / MOST_GROWTH));
        return transitions("growth", title, AT_ONCE, List.of(few, many), targets);
    }

    private Section transitions(String name, String title, int streams, List<String> clients, List<Target> targets) {
        List<Task> tasks = clients.stream()
                .map(client -> new Task(client, Measurement.TRANSITIONS, load(streams), SERIAL))
                .toList();
        return new Section(name, title, 0, COLUMNS, tasks, targets);
    }

    private Load load(int streams) {
        return quick
                ? new Load(Math.min(streams, 4), 0, Duration.ofMillis(100), Duration.ofMillis(200))
                : new Load(streams, 0, Duration.ofSeconds(60), Duration.ofSeconds(10));
    }

    private Section resumed() {
        Task task = new Task(WorkflowClients.RESUMED, Measurement.TRANSITIONS, load(1), DEFAULT_COLLECTOR);
        return new Section(
                "resume",
                "From the answer to a paused run until its next node begins, one run alone",
                0,
                List.of(new Column("p50 ms", "p50", 2, false), new Column("p99 ms", "p99", 2, false)),
                List.of(task),
                List.of());
    }

    private Section paused() {
        Load load = quick
                ? new Load(50, 50, Duration.ZERO, Duration.ZERO)
                : new Load(10_000, 2_000, Duration.ZERO, Duration.ZERO);
        return new Section(
                "paused",
                "%,d paused runs".formatted(load.streams()),
                0,
                List.of(
                        new Column("heap KiB more", "growth", 0, false),
                        new Column("heap bytes/run", "each", 1, false),
                        new Column("threads more", "threads", 0, false)),
                List.of(new Task(WorkflowClients.PAUSED, Measurement.LEFT_BEHIND, load, SERIAL)),
                List.of(
                        Target.atMost(
                                "heap of paused runs, KiB in all", "growth", WorkflowClients.PAUSED, MOST_KIB_LEFT),
                        Target.atMost("threads of paused runs", "threads", WorkflowClients.PAUSED, 0)));
    }
}
