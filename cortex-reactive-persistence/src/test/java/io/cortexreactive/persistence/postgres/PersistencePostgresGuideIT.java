package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowStatus;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code docs/persistence.md} shows of PostgreSQL, compiled and run. */
class PersistencePostgresGuideIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Test
    void runOutlivesItsFrontDoor() {
        String runId = paused().runId();
        Cortex later = open(DATABASE.connections());

        WorkflowResult ended = Objects.requireNonNull(
                later.workflow(asking()).resume(runId, Map.of("yes", true)).block(TIMEOUT));

        assertThat(ended.status()).isEqualTo(WorkflowStatus.COMPLETED);
        later.close().block(TIMEOUT);
    }

    private static WorkflowResult paused() {
        Cortex cortex = open(DATABASE.connections());
        WorkflowResult paused =
                Objects.requireNonNull(cortex.workflow(asking()).run(Map.of()).block(TIMEOUT));
        assertThat(paused.status()).isEqualTo(WorkflowStatus.PAUSED);
        cortex.close().block(TIMEOUT);
        return paused;
    }

    private static WorkflowDefinition asking() {
        return Workflow.define("asking")
                .humanInput("ask", "May I?", null, null, OnTimeout.fail())
                .callback("act", context -> Mono.just(NodeResult.of("done")))
                .edge("ask", "act")
                .build();
    }

    private static Cortex open(ConnectionFactory connections) {
        PostgresSettings settings = PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO);

        Cortex cortex = Cortex.builder()
                .runStore(PostgresRunStore.create(connections, settings))
                .conversationStore(PostgresConversationStore.create(connections, settings))
                .build();
        return cortex;
    }

    @Test
    void answerIsFollowedElsewhere() {
        ConnectionFactory connections = DATABASE.connections();
        PostgresSettings settings = PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO);

        Broadcaster channels = PostgresBroadcaster.create(connections, settings, ChannelLimits.DEFAULTS);
        Cortex cortex = Cortex.builder().broadcaster(channels).build();
        cortex.broadcaster().publish("answer", Flux.just("Hello")).block(TIMEOUT);
        Broadcaster elsewhere = PostgresBroadcaster.create(DATABASE.connections());
        ChannelMessage first =
                Objects.requireNonNull(elsewhere.follow("answer", null).next().block(TIMEOUT));
        assertThat(first.item()).isEqualTo("Hello");
        cortex.close().block(TIMEOUT);
    }

    /** Compiled alone: the tests have connections of their own. */
    static Cortex connect(String url) {
        ConnectionFactory connections = ConnectionFactories.get(url);
        return open(connections);
    }
}
