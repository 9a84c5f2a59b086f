package io.cortexreactive.benchmarks.client;

/** What can be measured of a client. */
public enum Measurement {
    /** CPU, allocation and threads made for each chunk and stream, and the time to the first piece. */
    THROUGHPUT,
    /** Heap, threads and descriptors of streams that wait for more. */
    LIVE_HEAP,
    /** Many live streams with a chunk every {@link Load#PACE}. */
    PACED,
    /** From a cancel until the server sees the connection closed. */
    CANCEL,
    /** One consumer that takes a chunk every 50 ms, against {@link Load#FLOOD}. */
    SLOW_CONSUMER,
    /** CPU, allocation and time for each iteration of an agent. */
    AGENT_RUNS,
    /** Rate, latency, CPU and allocation of transitions. */
    TRANSITIONS,
    /** Heap and threads that ended streams leave behind. */
    LEFT_BEHIND;

    Figures measure(StreamClient client, ServerControl server, Load load) throws Exception {
        return switch (this) {
            case THROUGHPUT -> Throughput.measure(client, load);
            case LIVE_HEAP -> LiveHeap.measure(client, load);
            case PACED -> PacedStreams.measure(client, server, load);
            case CANCEL -> CancelDelay.measure(client, server, load);
            case SLOW_CONSUMER -> SlowConsumer.measure(client, server, load);
            case AGENT_RUNS -> AgentRuns.measure(client, load);
            case TRANSITIONS -> Transitions.measure(client, load);
            case LEFT_BEHIND -> LeftBehind.measure(client, load);
        };
    }
}
