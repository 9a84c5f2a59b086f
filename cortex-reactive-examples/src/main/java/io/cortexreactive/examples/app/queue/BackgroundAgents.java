package io.cortexreactive.examples.app.queue;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentHooks;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.database.RunQueue;
import io.cortexreactive.examples.research.ResearchTeam;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The agents that can run in the background: one for each provider that this process has. Its id tells which, so that a
 * process that lacks the provider, or only simulates it, leaves its runs to others; the model is told by the run.
 */
@Component
final class BackgroundAgents {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundAgents.class);

    private final Cortex cortex;
    private final Backends backends;
    private final RunQueue queue;
    private final boolean works;

    BackgroundAgents(
            Cortex cortex,
            Backends backends,
            ExtractiveResponder documentation,
            RunQueue queue,
            QueueProperties properties) {
        this.cortex = cortex;
        this.backends = backends;
        this.queue = queue;
        this.works = properties.work();
        backends.all().stream()
                .map(backend ->
                        ResearchTeam.inBackground(idFor(backend), cortex, backend.id(), documentation.retriever()))
                .forEach(cortex.agents()::register);
        cortex.plugins()
                .addHook(AgentHooks.BEFORE_ITERATION, beginning -> Mono.just(ResearchTeam.ofItsModel(beginning)));
    }

    private String idFor(Backend backend) {
        return ResearchTeam.LEAD + (backends.isSimulated() ? "-simulated-" : "-") + backend.id();
    }

    /** The front door, when it is closed, gives what is under way some time, and hands the rest to others. */
    @EventListener
    void ready(ApplicationReadyEvent event) {
        if (works) {
            cortex.agentRuns().start().block();
        }
        if (!(event.getApplicationContext() instanceof WebServerApplicationContext)) {
            LOG.info(
                    "Works: process {} takes runs of agents {}  (Ctrl-C ends)",
                    ProcessHandle.current().pid(),
                    queue.place());
        }
    }

    /**
     * Begins research that nobody has to wait for, and gives the id of its run.
     *
     * @param model null for the default, if there is one; the run is told it, as others may have another default
     */
    Mono<String> begin(Backend backend, @Nullable String model, String question) {
        String asked = model == null ? Objects.requireNonNull(backend.model()) : model;
        return cortex.agent(idFor(backend))
                .runAsync(question, AgentContext.NONE.withVariables(Map.of(ResearchTeam.MODEL, asked)))
                .dispatch();
    }
}
