package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import io.cortexreactive.benchmarks.stream.Section.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All tables, with the loads of a full run or of a quick one that only shows that everything works. */
final class Sections {

    private static final String CORTEX = "bedrock/cortex";
    private static final String GUARDED = "bedrock/cortex-guarded";
    private static final String OPENAI = "openai/cortex";
    private static final String SDK = "bedrock/aws-sdk";
    private static final String LANGCHAIN = "bedrock/langchain4j";
    private static final String SPRING = "bedrock/spring-ai";

    private static final List<String> BEDROCK_CLIENTS =
            List.of(CORTEX, "bedrock/cortex-provider", "bedrock/floor", SDK, "bedrock/cortex-sdk", LANGCHAIN, SPRING);
    private static final List<String> OPENAI_CLIENTS =
            List.of(OPENAI, "openai/cortex-provider", "openai/floor", "openai/langchain4j", "openai/spring-ai");
    private static final List<String> CALLERS =
            List.of(CORTEX, SDK, LANGCHAIN, SPRING, OPENAI, "openai/langchain4j", "openai/spring-ai");

    private static final int FIRST_TOKENS = 500;

    private static final List<String> SERIAL = List.of("-XX:+UseSerialGC", "-Xmx4g");

    /** Nothing runs for long enough to be compiled well. */
    private static final List<String> QUICK = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g");

    private final boolean quick;

    private Sections(boolean quick) {
        this.quick = quick;
    }

    static List<Section> all(boolean quick) {
        Sections sections = new Sections(quick);
        return quick ? sections.shortest() : sections.full();
    }

    private List<Section> full() {
        return List.of(
                bedrock(1),
                bedrock(64),
                openAi(1),
                openAi(64),
                guarded(64),
                heap(1_000, 25),
                heap(5_000, 80),
                live(10_000),
                cancel(),
                slow());
    }

    private List<Section> shortest() {
        return List.of(bedrock(4), openAi(4), guarded(4), heap(10, 25), live(500), cancel(), slow());
    }

    private Section bedrock(int streams) {
        List<Target> one = List.of(Target.ratio("first token", "first", CORTEX, SDK, 0.6));
        List<Target> many = List.of(
                Target.ratio("CPU", "cpu", CORTEX, SDK, 1.0 / 6),
                Target.ratio("CPU", "cpu", CORTEX, LANGCHAIN, 1.0 / 8),
                Target.ratio("CPU", "cpu", CORTEX, SPRING, 1.0 / 15),
                Target.ratio("CPU", "cpu", CORTEX, "bedrock/floor", 2),
                Target.ratio("allocation", "bytes", CORTEX, SDK, 1.0 / 10));
        return throughput("bedrock", "Bedrock", streams, BEDROCK_CLIENTS, streams == 1 ? one : many);
    }

    private Section openAi(int streams) {
        List<Target> targets = List.of(
                Target.ratio("CPU", "cpu", OPENAI, "openai/floor", 2),
                Target.ratio("CPU", "cpu", OPENAI, "openai/langchain4j", 1.0 / 3),
                Target.ratio("CPU", "cpu", OPENAI, "openai/spring-ai", 1.0 / 8),
                Target.atMost("threads made for a stream", "threadsMade", OPENAI, 0));
        return throughput("openai", "OpenAI", streams, OPENAI_CLIENTS, targets);
    }

    private Section guarded(int streams) {
        List<Target> targets = List.of(Target.ratio("CPU", "cpu", GUARDED, CORTEX, 1.3));
        return throughput("guard", "Bedrock", streams, List.of(CORTEX, GUARDED), targets);
    }

    private Section throughput(String name, String protocol, int streams, List<String> clients, List<Target> targets) {
        Load load = new Load(streams, streams > 1 ? 0 : FIRST_TOKENS, seconds(100), seconds(15));
        List<Column> columns = new ArrayList<>(List.of(
                new Column("CPU µs/chunk", "cpu", 2, true),
                new Column("bytes/chunk", "bytes", 0, true),
                new Column("threads made/stream", "threadsMade", 2, false)));
        if (load.repeats() > 0) {
            columns.add(new Column("first token p50 µs", "first", 0, true));
        }
        return new Section(
                name,
                protocol + ", answers of " + Load.CHUNKS + " chunks without delay, " + streams + " at a time",
                streams,
                columns,
                tasks(clients, Measurement.THROUGHPUT, load, SERIAL),
                targets);
    }

    private Section heap(int streams, int share) {
        Load load = new Load(streams, 1, Duration.ZERO, Duration.ZERO);
        return new Section(
                "heap",
                String.format("%,d live streams that wait for more", streams),
                streams,
                List.of(
                        new Column("heap KiB/stream", "heap", 1, true),
                        new Column("failed", "failed", 0, false),
                        new Column("threads more", "threads", 0, false),
                        new Column("descriptors more", "descriptors", 0, false)),
                tasks(
                        List.of(CORTEX, "bedrock/floor", SDK, LANGCHAIN, SPRING, OPENAI, "openai/floor"),
                        Measurement.LIVE_HEAP,
                        load,
                        List.of("-XX:+UseSerialGC", "-Xmx14g")),
                List.of(Target.ratio("heap", "heap", CORTEX, SDK, 1.0 / share)));
    }

    private Section live(int streams) {
        Load load = new Load(streams, 1, Duration.ZERO, seconds(60));
        return new Section(
                "live",
                String.format("%,d live Bedrock streams, 5 chunks/s each, in -Xmx512m", streams),
                streams,
                List.of(
                        new Column("failed", "failed", 0, false),
                        new Column("delivered %", "delivered", 1, false),
                        new Column("threads more", "threads", 0, false),
                        new Column("peak heap MiB", "peak", 0, true),
                        new Column("late p50 ms", "p50", 1, false),
                        new Column("late p99 ms", "p99", 1, false),
                        new Column("server lag p50 ms", "lag50", 1, false),
                        new Column("server lag p99 ms", "lag99", 1, false),
                        new Column("CPU µs/chunk", "cpu", 1, true)),
                tasks(List.of(CORTEX, "bedrock/floor"), Measurement.PACED, load, List.of("-Xmx512m")),
                List.of(Target.atMost("failed streams", "failed", CORTEX, 0)));
    }

    private Section cancel() {
        Load load = new Load(1, quick ? 1 : 100, Duration.ZERO, seconds(15));
        return new Section(
                "cancel",
                "From a cancel after three chunks until the server sees the connection closed",
                1,
                List.of(
                        new Column("closed %", "closed", 0, false),
                        new Column("median ms", "median", 2, true),
                        new Column("p99 ms", "p99", 2, false),
                        new Column("chunks sent after", "sentAfter", 0, false)),
                tasks(CALLERS, Measurement.CANCEL, load, List.of("-Xmx4g")),
                Stream.of(CORTEX, OPENAI)
                        .flatMap(client -> Stream.of(
                                Target.atMost(client + ", median ms", "median", client, 5),
                                Target.atMost(client + ", p99 ms", "p99", client, 100)))
                        .toList());
    }

    private Section slow() {
        Load load = new Load(1, 1, Duration.ZERO, seconds(15));
        return new Section(
                "slow",
                String.format(
                        "One chunk every 50 ms, against %,d, for %d s",
                        Load.FLOOD, load.measured().toSeconds()),
                1,
                List.of(
                        new Column("heap growth MiB", "growth", 1, true),
                        new Column("taken", "taken", 0, false),
                        new Column("sent", "sent", 0, false),
                        new Column("server waits", "waited", -1, false),
                        new Column("failed", "failed", 0, false)),
                tasks(CALLERS, Measurement.SLOW_CONSUMER, load, SERIAL),
                Stream.of(CORTEX, OPENAI)
                        .flatMap(client -> Stream.of(
                                Target.atMost(client + ", heap growth MiB", "growth", client, 16),
                                Target.atLeast(client + ", server waits", "waited", client, 1)))
                        .toList());
    }

    private List<Task> tasks(List<String> clients, Measurement measurement, Load load, List<String> jvm) {
        return clients.stream()
                .map(client -> new Task(client, measurement, load, quick ? QUICK : jvm))
                .toList();
    }

    /** In a quick run, a fiftieth. */
    private Duration seconds(int seconds) {
        return quick ? Duration.ofMillis(seconds * 20L) : Duration.ofSeconds(seconds);
    }
}
