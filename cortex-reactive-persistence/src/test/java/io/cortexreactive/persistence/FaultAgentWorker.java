package io.cortexreactive.persistence;

import io.cortexreactive.agent.AgentCheckpoint;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.persistence.FaultWorker.Setup;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.tool.ToolContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The same as {@link FaultWorker} for runs of agents. Each call of a tool and each call of the model writes its key to
 * the ledger before anything else, and a tool gives the name of its worker.
 */
final class FaultAgentWorker {

    private static final int LONGEST_WORK_MILLIS = 15;

    /** The piece of an answer before which it may wait. */
    private static final long WAITING_PIECE = 3;

    private final Setup setup;
    private final SharedStore store;
    private final AgentRuns runs;
    private final Sinks.Empty<Void> gate = Sinks.empty();

    private FaultAgentWorker(Setup setup) {
        this.setup = setup;
        store = SharedStore.at(setup.address());
        runs = new FaultAgents(new Model(), this::tool).runs(store.agents(), settings());
        if (setup.open()) {
            gate.tryEmitEmpty();
        }
    }

    private AgentRunSettings settings() {
        return AgentRunSettings.DEFAULTS
                .withQueues(AgentRunSettings.Queue.of(setup.queue()))
                .withLease(setup.settings().lease(), setup.settings().scan())
                .withDrain(setup.settings().drain());
    }

    /** Arguments: as {@link Setup#forkAs} gives them. */
    public static void main(String[] arguments) throws IOException {
        FaultAgentWorker worker = new FaultAgentWorker(Setup.parse(arguments));
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            orders.lines().forEach(worker::obey);
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(String order) {
        switch (order) {
            case "start" -> FaultWorker.begin(runs.start().doOnSuccess(nothing -> FaultWorker.say("started")));
            case "stop" -> FaultWorker.begin(runs.stop().doOnSuccess(nothing -> FaultWorker.say("stopped")));
            case "open" -> gate.tryEmitEmpty();
            default -> throw new IllegalArgumentException(order);
        }
    }

    private Mono<Void> begun(String what, String key) {
        return store.write(key, setup.name()).then(Mono.fromRunnable(() -> FaultWorker.say("ran " + what + " " + key)));
    }

    private Mono<Object> tool(String name, ToolContext context) {
        return begun(name, context.idempotencyKey())
                .then(Mono.defer(() -> work(name)))
                .thenReturn(setup.name());
    }

    private Mono<Void> work(String name) {
        return switch (name) {
            case "gate" -> gate.asMono();
            case "nap" -> Mono.delay(FaultWorkflows.SHORT).then();
            default ->
                Mono.delay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LONGEST_WORK_MILLIS)))
                        .then();
        };
    }

    /** Writes to the ledger that it is asked; in some runs it waits in the middle of its answer. */
    private final class Model implements Provider {

        private final ScriptedProvider script = ScriptedProvider.builder()
                .script(call -> FaultAgents.reply(call.request()))
                .build();

        @Override
        public String id() {
            return script.id();
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return script.capabilities(model);
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            return Flux.deferContextual(view -> {
                String key = view.get(AgentCheckpoint.class).runId() + "/" + FaultAgents.number(request);
                Flux<ChatChunk> answer = script.stream(request);
                return begun("answer", key)
                        .thenMany(FaultAgents.work(request).equals(FaultAgents.HALF) ? waiting(answer, key) : answer);
            });
        }

        private Flux<ChatChunk> waiting(Flux<ChatChunk> answer, String key) {
            return answer.index()
                    .concatMap(piece -> piece.getT1() == WAITING_PIECE
                            ? Mono.fromRunnable(() -> FaultWorker.say("ran half " + key))
                                    .then(gate.asMono())
                                    .thenReturn(piece.getT2())
                            : Mono.just(piece.getT2()));
        }
    }
}
