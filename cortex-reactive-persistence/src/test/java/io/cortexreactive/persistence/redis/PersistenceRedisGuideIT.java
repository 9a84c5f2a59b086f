package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowStatus;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code docs/persistence.md} shows of Redis, compiled and run. */
class PersistenceRedisGuideIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void runIsKept() {
        RedisClient client = RedisServer.shared().client();
        RedisClient another = RedisServer.shared().client();

        RunStore runs = RedisRunStore.create(client, RedisSettings.defaults());
        ConversationStore conversations = RedisConversationStore.create(another, RedisSettings.defaults());

        Cortex cortex =
                Cortex.builder().runStore(runs).conversationStore(conversations).build();
        WorkflowResult ended =
                Objects.requireNonNull(cortex.workflow(greeting()).run(Map.of()).block(TIMEOUT));
        assertThat(Objects.requireNonNull(runs.find(ended.runId()).block(TIMEOUT))
                        .status())
                .isEqualTo(WorkflowStatus.COMPLETED);
        cortex.close().block(TIMEOUT);
        client.shutdown();
        another.shutdown();
    }

    @Test
    void answerIsFollowedElsewhere() {
        RedisClient client = RedisServer.shared().client();
        RedisClient another = RedisServer.shared().client();

        Broadcaster channels = RedisBroadcaster.create(client, RedisSettings.defaults());
        channels.publish("answer", Flux.just("Hello")).block(TIMEOUT);
        ChannelMessage first = Objects.requireNonNull(RedisBroadcaster.create(another, RedisSettings.defaults())
                .follow("answer", null)
                .next()
                .block(TIMEOUT));
        assertThat(first.item()).isEqualTo("Hello");
        client.shutdown();
        another.shutdown();
    }

    private static WorkflowDefinition greeting() {
        return Workflow.define("greeting")
                .callback("greet", context -> Mono.just(NodeResult.of("Hello")))
                .build();
    }

    /** Compiled alone: the tests have a server of their own. */
    static void connect(String url) {
        RedisClient client = RedisClient.create(url);
        RedisClient another = RedisClient.create(url);
        client.shutdown();
        another.shutdown();
    }
}
