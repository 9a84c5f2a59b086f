package io.cortexreactive.examples.app.queue;

import io.cortexreactive.durable.RunLog.QueueLoad;
import io.cortexreactive.durable.RunLog.WorkerInfo;
import io.cortexreactive.examples.database.RunQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What there is to do for agents, and who does it: for those who run the application, so of all tenants. */
@RestController
final class QueueController {

    private final RunQueue runs;
    private final Duration lease;

    QueueController(RunQueue runs, QueueProperties properties) {
        this.runs = runs;
        this.lease = properties.lease();
    }

    /** How it is now. */
    @GetMapping("/api/queue")
    Mono<Overview> overview() {
        Mono<List<Worker>> workers = runs.queue()
                .workers()
                .map(worker -> Worker.of(worker, lease))
                .collectSortedList((one, other) -> one.id().compareTo(other.id()));
        return Mono.zip(runs.queue().load().collectList(), workers)
                .map(both -> new Overview(runs.place(), both.getT1(), both.getT2()));
    }

    /**
     * The queue.
     *
     * @param place where it is kept, for people
     * @param queues what each tenant has in each, where something has not ended
     * @param workers the processes that live
     */
    record Overview(String place, List<QueueLoad> queues, List<Worker> workers) {}

    /**
     * A process that takes runs.
     *
     * @param id its host, its process id, and which of its lives
     * @param draining whether it takes no more
     * @param beat when it was last heard of
     * @param until when others take its runs if it is not heard of again
     * @param runs how many it has
     */
    record Worker(String id, boolean draining, Instant beat, Instant until, long runs) {

        static Worker of(WorkerInfo worker, Duration lease) {
            return new Worker(
                    worker.id(), worker.draining(), worker.until().minus(lease), worker.until(), worker.runs());
        }
    }
}
