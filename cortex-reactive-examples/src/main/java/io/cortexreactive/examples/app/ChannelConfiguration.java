package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.examples.database.RunDatabase;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Answers that outlive their connections. To have them in an application of your own, copy this with
 * {@link ChannelEvents}, give the first bean your own connections, as in {@code PostgresBroadcaster.create(pool)}, and
 * the front door this broadcaster. A controller that returns {@link ChannelEvents#of} then knows {@code Last-Event-ID}.
 */
@Configuration(proxyBeanMethods = false)
class ChannelConfiguration {

    @Bean
    Broadcaster channels(RunDatabase database) {
        return database.channels();
    }

    @Bean
    ChannelEvents channelEvents(Cortex cortex, ShutdownSignal shutdown) {
        return new ChannelEvents(cortex, shutdown);
    }
}
