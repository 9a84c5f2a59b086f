package io.cortexreactive.examples.app.queue;

import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.examples.database.RunQueue;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

/**
 * What application.yml says under {@code example.queue}.
 *
 * @param redisUrl of a server to keep runs on; empty for one of the example's own
 * @param directory where that one keeps them
 * @param inMemory whether runs are kept in this process alone, if no server is named
 * @param work whether this process takes runs
 * @param lease how long a process counts as living without a beat
 */
@ConfigurationProperties("example.queue")
record QueueProperties(String redisUrl, Path directory, boolean inMemory, boolean work, Duration lease) {

    private static final Duration SCAN = Duration.ofSeconds(1);

    /** What an attempt has not done by then at the end, another process does. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Opens it. Blocks. */
    RunQueue open() {
        if (StringUtils.hasText(redisUrl)) {
            return RunQueue.at(redisUrl);
        }
        return inMemory ? RunQueue.inMemory() : RunQueue.embedded(directory);
    }

    AgentRunSettings settings() {
        Duration beat = lease.dividedBy(5);
        return AgentRunSettings.DEFAULTS
                .withLease(new EngineSettings.Lease(lease, beat, beat.multipliedBy(3)), SCAN)
                .withDrain(DRAIN);
    }

    /** Leaves the URL out, which may have a password. */
    @Override
    public String toString() {
        return "QueueProperties[" + directory + ", inMemory=" + inMemory + ", work=" + work + ", lease=" + lease + "]";
    }
}
