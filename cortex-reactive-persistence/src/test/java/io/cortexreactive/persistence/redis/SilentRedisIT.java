package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.LONG;
import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.persistence.TcpRelay;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** Connections that stay open and carry nothing, as when a machine is gone that was not told goodbye. */
class SilentRedisIT {

    /** Far less than a test may take. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final RedisURI server = RedisURI.create(RedisServer.shared().address());
    private final TcpRelay relay = TcpRelay.to(server.getHost(), server.getPort());
    private final RedisClient client = RedisClient.create(RedisURI.create("localhost", relay.port()));
    private final RedisSettings settings = RedisSettings.defaults()
            .withPrefix("test-" + Tenancy.newCorrelationId())
            .withCommandTimeout(Duration.ofMillis(500));
    private final RedisConnections connections = new RedisConnections(client, settings);
    private final RedisRunLog log = new RedisRunLog(connections, settings, UnaryOperator.identity());
    private final RedisRuns runs = new RedisRuns(log);
    private RunRecord run;

    @BeforeEach
    void begin() {
        run = runs.startOn(runs.worker());
    }

    @AfterEach
    void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        relay.stop();
    }

    private static void assertEnds(Publisher<?> operation) {
        StepVerifier.create(Flux.from(operation).then())
                .expectError(StoreUnavailableException.class)
                .verify(BOUND);
    }

    @Test
    void everyOperationEndsAndGoesOnWhenTheServerIsBack() {
        relay.silence(true);

        assertEnds(log.load(run.key()));
        assertEnds(log.journal(run.key(), -1, 10));
        assertEnds(log.page(new Query("acme", null, null, null, 10)));
        assertEnds(log.beat("worker", LONG, false, Map.of()));
        assertEnds(log.commit(advance(run)));
        assertEnds(log.sweep(10));
        assertEnds(new RedisConversationStore(connections, settings).read(new ConversationKey("acme", "talk"), 0, 10));

        relay.silence(false);
        assertThat(value(log.load(run.key())
                        .retryWhen(Retry.max(20).filter(StoreUnavailableException.class::isInstance))))
                .isEqualTo(run);
    }

    @Test
    void aConnectionThatFellSilentIsNotUsedAgain() {
        int before = relay.accepted();
        relay.forgetConnections();

        assertThat(value(log.load(run.key()))).isEqualTo(run);
        assertThat(runs.commit(advance(run))).isEqualTo(Verdict.COMMITTED);
        assertThat(relay.accepted()).isEqualTo(before + 1);
    }

    @Test
    void allThatWaitOnItAreSentAgain() {
        relay.forgetConnections();

        assertThat(value(Flux.range(0, 50)
                        .flatMap(i -> log.load(run.key()), 50)
                        .distinct()
                        .collectList()))
                .containsExactly(run);
        assertThat(value(Mono.zip(log.load(run.key()), log.commit(advance(run))))
                        .getT2())
                .isEqualTo(Verdict.COMMITTED);
    }
}
