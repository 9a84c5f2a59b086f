package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentConfigurationException;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.Ids;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How agents are run in the background.
 *
 * @param queues those from which this process takes runs, once it is started
 * @param lease how it stays the owner of its runs
 * @param scan how often it looks for runs to take, and after those nobody looks after; with some jitter
 * @param watch how often it looks what other processes have done with runs that are followed here
 * @param drain how long stopping waits for what is under way
 * @param maxEntryBytes of what one answer, result or last step of a run takes
 */
public record AgentRunSettings(
        List<Queue> queues,
        EngineSettings.Lease lease,
        Duration scan,
        Duration watch,
        Duration drain,
        int maxEntryBytes) {

    /** One queue, {@value PendingAgentRun.Terms#DEFAULT_QUEUE}; looked at each second; entries up to 2 MiB. */
    public static final AgentRunSettings DEFAULTS = new AgentRunSettings(
            List.of(Queue.of(PendingAgentRun.Terms.DEFAULT_QUEUE)),
            EngineSettings.Lease.DEFAULTS,
            Duration.ofSeconds(1),
            Duration.ofMillis(250),
            Duration.ofSeconds(30),
            2 * 1024 * 1024);

    /**
     * With times of {@link Schedule#LONGEST} at most.
     *
     * @throws AgentConfigurationException if something is missing, or no engine could work with it
     */
    public AgentRunSettings {
        queues = checked(queues);
        String wrong = EngineSettings.Lease.problem(lease);
        if (wrong != null) {
            throw new AgentConfigurationException(wrong);
        }
        requirePositive("scan", scan);
        requirePositive("watch", watch);
        if (drain == null || drain.isNegative()) {
            throw new AgentConfigurationException("drain must be zero or more, and is " + drain + ".");
        }
        requirePositive("maxEntryBytes", maxEntryBytes);
        scan = Schedule.boundedOf(scan);
        watch = Schedule.boundedOf(watch);
        drain = Schedule.boundedOf(drain);
    }

    private static List<Queue> checked(@Nullable List<Queue> queues) {
        if (queues == null || queues.isEmpty() || queues.stream().anyMatch(Objects::isNull)) {
            throw new AgentConfigurationException("queues must have one queue or more, and are " + queues + ".");
        }
        Set<String> names = new HashSet<>();
        for (Queue queue : queues) {
            if (!names.add(queue.name())) {
                throw new AgentConfigurationException(
                        "queues must have different names, and '" + queue.name() + "' is there twice.");
            }
        }
        return List.copyOf(queues);
    }

    private static void requirePositive(String name, @Nullable Duration time) {
        if (time == null || time.isZero() || time.isNegative()) {
            throw new AgentConfigurationException(name + " must be positive, and is " + time + ".");
        }
    }

    private static void requirePositive(String name, int number) {
        if (number < 1) {
            throw new AgentConfigurationException(name + " must be positive, and is " + number + ".");
        }
    }

    /** These, with other queues. */
    public AgentRunSettings withQueues(Queue... value) {
        return new AgentRunSettings(List.of(value), lease, scan, watch, drain, maxEntryBytes);
    }

    /** These, where a worker that is gone is noticed at another time. */
    public AgentRunSettings withLease(EngineSettings.Lease value, Duration newScan) {
        return new AgentRunSettings(queues, value, newScan, watch, drain, maxEntryBytes);
    }

    /** These, where stopping waits for another time. */
    public AgentRunSettings withDrain(Duration value) {
        return new AgentRunSettings(queues, lease, scan, watch, value, maxEntryBytes);
    }

    /**
     * A queue.
     *
     * @param name which
     * @param concurrency how many of its runs this process works on at a time
     * @param perTenant how many runs of one tenant all processes work on at a time
     * @param mostWaiting how many may wait; more are refused. Null for as many as come. It is exact in memory and in
     *     Redis; in PostgreSQL, runs that are begun at the same moment do not see each other, so that as many more may
     *     wait as are begun at once, which is no more than there are connections in all processes
     */
    public record Queue(
            String name,
            int concurrency,
            int perTenant,
            @Nullable Integer mostWaiting) {

        /** @throws AgentConfigurationException if no queue can have such a name, or a number is not positive */
        public Queue {
            String problem = Ids.problem(name);
            if (problem != null) {
                throw new AgentConfigurationException("A queue's name " + problem + ".");
            }
            String which = "Queue '" + name + "': ";
            requirePositive(which + "concurrency", concurrency);
            requirePositive(which + "perTenant", perTenant);
            requirePositive(which + "mostWaiting", mostWaiting == null ? 1 : mostWaiting);
        }

        /** 16 at a time, and no other bounds. */
        public static Queue of(String name) {
            return new Queue(name, 16, Integer.MAX_VALUE, null);
        }

        /** This, with so many at a time. */
        public Queue withConcurrency(int value) {
            return new Queue(name, value, perTenant, mostWaiting);
        }

        /** This, with so many of one tenant at a time. */
        public Queue withPerTenant(int value) {
            return new Queue(name, concurrency, value, mostWaiting);
        }

        /** This, where no more may wait. */
        public Queue withMostWaiting(int value) {
            return new Queue(name, concurrency, perTenant, value);
        }
    }
}
