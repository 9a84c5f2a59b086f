package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.database.RunDatabase;
import io.cortexreactive.examples.database.RunQueue;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Says when people can start, and ends things in order: first the open answers, then the front door and with it the
 * event streams, so that the web server, which Spring stops next, finds nobody waiting.
 */
@Component
final class RunningModel implements SmartLifecycle, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RunningModel.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Cortex cortex;
    private final Backends backends;
    private final ShutdownSignal shutdown;
    private final RunDatabase runs;
    private final RunQueue queue;
    private volatile boolean running;

    RunningModel(Cortex cortex, Backends backends, ShutdownSignal shutdown, RunDatabase runs, RunQueue queue) {
        this.cortex = cortex;
        this.backends = backends;
        this.shutdown = shutdown;
        this.runs = runs;
        this.queue = queue;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            LOG.info(
                    "Ready: open http://localhost:{}  (answers: {}{}; workflows: {}; agents: {}; Ctrl-C ends)",
                    web.getWebServer().getPort(),
                    backends.isSimulated() ? "simulated " : "",
                    backends.names(),
                    runs.place(),
                    queue.place());
        }
    }

    /** Goes on with the runs of workflows that an earlier process has left. */
    @Override
    public void start() {
        cortex.workflowEngine().start().block();
        running = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A closed front door does not open again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public void stop(Runnable done) {
        shutdown.begin();
        close().doFinally(signal -> {
                    running = false;
                    done.run();
                })
                .subscribe(nothing -> {}, error -> LOG.warn("Closing failed", error));
    }

    @Override
    public void stop() {
        running = false;
    }

    /** Also where the start failed half-way, when nothing was started that could be stopped. */
    @Override
    public void destroy() {
        close().block();
    }

    private Mono<Void> close() {
        return cortex.close().timeout(PATIENCE, Mono.empty()).then(backends.close());
    }
}
