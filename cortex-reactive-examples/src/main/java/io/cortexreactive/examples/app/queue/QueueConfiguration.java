package io.cortexreactive.examples.app.queue;

import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.examples.database.RunQueue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where runs of agents are kept, and how they are taken. */
@Configuration(proxyBeanMethods = false)
class QueueConfiguration {

    /** Closed after the front door, which is made with it. */
    @Bean
    RunQueue runQueue(QueueProperties properties) {
        return properties.open();
    }

    @Bean
    AgentRunSettings agentRunSettings(QueueProperties properties) {
        return properties.settings();
    }
}
