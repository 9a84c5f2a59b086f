package io.cortexreactive.examples.app.queue;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.database.RunQueue;
import io.cortexreactive.examples.research.ResearchTeam;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The agents that can run in the background, the same in each process: one for each provider that has a model. */
@Component
final class BackgroundAgents {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundAgents.class);

    private final Cortex cortex;
    private final RunQueue queue;
    private final boolean works;

    BackgroundAgents(
            Cortex cortex,
            Backends backends,
            ExtractiveResponder documentation,
            RunQueue queue,
            QueueProperties properties) {
        this.cortex = cortex;
        this.queue = queue;
        this.works = properties.work();
        backends.all().stream()
                .filter(backend -> backend.model() != null)
                .map(backend -> ResearchTeam.inBackground(cortex, backend.id(), documentation.retriever()))
                .forEach(cortex.agents()::register);
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

    /** Begins research that nobody has to wait for, and gives the id of its run. */
    Mono<String> begin(Backend backend, String question) {
        if (backend.model() == null) {
            throw invalid(
                    "no_model", backend.name() + " has no default model here, and agents in the background take that.");
        }
        return cortex.agent(ResearchTeam.backgroundId(backend.id()))
                .runAsync(question, AgentContext.NONE)
                .dispatch();
    }
}
