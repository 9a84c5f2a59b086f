package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ReplyQueueTests {

    private static final int CALLS = 10_000;

    @Test
    void eachOfManyCallsAtOnceGetsAFault() {
        ReplyQueue queue = new ReplyQueue(null);
        ScriptedReply refusal = ScriptedReply.fail(Fault.status(429, "ThrottlingException", "because"));
        queue.add(Collections.nCopies(CALLS, refusal).toArray(ScriptedReply[]::new));

        Long refused = Flux.range(0, CALLS)
                .parallel(4)
                .runOn(Schedulers.parallel())
                .flatMap(call -> Mono.justOrEmpty(queue.queuedFault()))
                .sequential()
                .count()
                .block(Duration.ofSeconds(30));

        assertThat(refused).isEqualTo(CALLS);
    }
}
