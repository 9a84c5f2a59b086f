package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.agent.queue.AgentRunEngine;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** Runs of an agent in a queue, whose model answers at once. A stream is a run. */
final class QueuedAgents {

    /** How many runs a process works on. */
    static final int AT_ONCE = 32;

    private static final String AGENT = "bench";

    private final Map<String, FluxSink<String>> streams = new ConcurrentHashMap<>();
    private final AtomicLong tickets = new AtomicLong();
    private final AgentRuns runs;

    private QueuedAgents(AgentRunQueue queue) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(new Model(this));
        AgentDefinition definition = Agent.define(AGENT).build();
        AgentRegistry agents = AgentRegistry.of(List.of(definition));
        AgentRuntime runtime = AgentRuntime.of(
                        ChatClient.create(tenants, providers, List.of()),
                        ToolExecutor.create(ToolRegistry.of(List.of())))
                .withAgents(agents);
        runs = AgentRunEngine.create(AgentRunEngine.Parts.of(
                        queue,
                        new AgentRunEngine.Callees(() -> List.of(AGENT), id -> Agent.bind(agents.get(id), runtime)))
                .with(AgentRunSettings.DEFAULTS.withQueues(
                        AgentRunSettings.Queue.of(PendingAgentRun.Terms.DEFAULT_QUEUE)
                                .withConcurrency(AT_ONCE))));
    }

    /** From before a run is dispatched until its model is asked, and then to its end. */
    static StreamClient started(AgentRunQueue queue) {
        QueuedAgents agents = new QueuedAgents(queue);
        agents.runs.start().block();
        return name -> agents.stream();
    }

    /** From before a run is dispatched until its result is here. */
    static StreamClient finished(AgentRunQueue queue) {
        QueuedAgents agents = new QueuedAgents(queue);
        agents.runs.start().block();
        return name -> agents.dispatch("Go").flatMap(agents.runs::await).map(response -> Transitions.TIMED);
    }

    /**
     * Followers of runs that nobody takes, each of its own.
     *
     * @param requests how many have been sent to the queue's server
     */
    static StreamClient followed(AgentRunQueue queue, LongSupplier requests) {
        QueuedAgents agents = new QueuedAgents(queue);
        return new StreamClient() {

            @Override
            public Publisher<String> stream(String name) {
                Mono<String> runId = agents.dispatch("Go");
                return "held".equals(name) ? runId.flatMapMany(agents::follow) : runId;
            }

            @Override
            public long requests() {
                return requests.getAsLong();
            }
        };
    }

    /**
     * Works on two runs, one after the other, and then on none any more.
     *
     * @param between what is done before the second one
     * @return the second one's id
     */
    static String twice(AgentRunQueue queue, Runnable between) {
        QueuedAgents agents = new QueuedAgents(queue);
        Mono<String> run =
                agents.dispatch("Go").flatMap(runId -> agents.runs.await(runId).thenReturn(runId));
        return Objects.requireNonNull(agents.runs
                .start()
                .then(run)
                .then(Mono.fromRunnable(between))
                .then(run)
                .delayUntil(runId -> agents.runs.stop())
                .block());
    }

    private Flux<String> follow(String runId) {
        return Flux.just(runId).concatWith(runs.follow(runId, null).map(String::valueOf));
    }

    /** Another run for each subscriber. */
    private Mono<String> dispatch(String input) {
        return Mono.defer(() -> PendingAgentRun.of(runs, AGENT, Message.user(input), AgentContext.NONE)
                .dispatch());
    }

    private Flux<String> stream() {
        return Flux.create(out -> {
            String ticket = Long.toString(tickets.incrementAndGet());
            streams.put(ticket, out);
            Disposable running =
                    dispatch(ticket).flatMap(runs::await).subscribe(ended -> {}, out::error, out::complete);
            out.onDispose(() -> {
                running.dispose();
                streams.remove(ticket);
            });
        });
    }

    private record Model(QueuedAgents agents) implements Provider {

        @Override
        public String id() {
            return "script";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.all();
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            return Flux.defer(() -> {
                FluxSink<String> out = agents.streams.get(
                        request.messages().get(request.messages().size() - 1).text());
                if (out != null) {
                    out.next(Transitions.TIMED);
                }
                return Flux.just(
                        new TextDelta(0, "Done."),
                        new ChatCompleted(StopReason.END_TURN, Usage.of(10, 5), "script", Map.of()));
            });
        }
    }
}
