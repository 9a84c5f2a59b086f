package io.cortexreactive.agent;

import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.durable.Ids;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A run that is to be put into a queue. Immutable; made by {@link Agent#runAsync}. */
public final class PendingAgentRun {

    private final AgentRuns runs;
    private final String runId;
    private final Work work;
    private final Terms terms;

    private PendingAgentRun(AgentRuns runs, String runId, Work work, Terms terms) {
        this.runs = runs;
        this.runId = runId;
        this.work = work;
        this.terms = terms;
    }

    /**
     * A run of an agent, on the default terms.
     *
     * @throws AgentInputException if that is nothing to run an agent on
     * @throws AgentConfigurationException if the context has an approval, which no other process could ask, or a key:
     *     calls of a run in the background have the same keys in each attempt anyway
     */
    public static PendingAgentRun of(AgentRuns runs, String agentId, Message input, AgentContext context) {
        if (!AgentInputException.accepts(input)) {
            throw AgentInputException.of(input);
        }
        if (context.approval() != null) {
            throw new AgentConfigurationException("A run in the background cannot ask an approval of this process:"
                    + " leave it out, and decide with AgentRuns.approve.");
        }
        if (context.idempotencyKey() != null) {
            throw new AgentConfigurationException(
                    "A run in the background has keys of its own, the same in each attempt:"
                            + " leave the context's out, and dispatch the run under PendingAgentRun.idempotencyKey.");
        }
        return new PendingAgentRun(runs, Tenancy.newCorrelationId(), new Work(agentId, input, context), Terms.DEFAULTS);
    }

    /** The id it has if it is the first under its idempotency key; told apart from every other. */
    public String runId() {
        return runId;
    }

    /** What is to be done. */
    public Work work() {
        return work;
    }

    /** When and how. */
    public Terms terms() {
        return terms;
    }

    private PendingAgentRun with(Terms value) {
        return new PendingAgentRun(runs, runId, work, value);
    }

    /**
     * In this queue; {@code agents} by default.
     *
     * @throws AgentConfigurationException if no queue can have such a name
     */
    public PendingAgentRun onQueue(String queue) {
        return with(terms.withQueue(queue));
    }

    /**
     * Its steps go to this channel, too, for those who follow that. If somebody publishes there, as another run may, it
     * is told when the channel is free, from its first step on; one that stays busy for a minute is given up, with a
     * warning in the log.
     *
     * @throws io.cortexreactive.chat.InvalidChannelException if no channel can have such a name
     */
    public PendingAgentRun broadcastTo(String channel) {
        Objects.requireNonNull(channel, "channel");
        return with(terms.withChannel(channel));
    }

    /**
     * Dispatching again under this key, for this agent and tenant, gives the first run. Input, context, queue, channel
     * and {@code maxAttempts} must be the same; delay, deadline and priority are those of the first.
     */
    public PendingAgentRun idempotencyKey(String key) {
        return with(terms.withIdempotencyKey(key));
    }

    /** Not before this has passed; up to 3,650 days. */
    public PendingAgentRun delay(Duration value) {
        return with(terms.withDelay(value));
    }

    /** The lower, the earlier, among those of one tenant; 100 by default. */
    public PendingAgentRun priority(int value) {
        return with(terms.withPriority(value));
    }

    /**
     * It fails if it has not ended this long after it was dispatched, whether it is worked on, paused, or waits for a
     * worker; up to 3,650 days.
     */
    public PendingAgentRun deadline(Duration value) {
        return with(terms.withDeadline(value));
    }

    /**
     * How many attempts may be made at the run without its coming further, 3 by default: an attempt ends with an error
     * of its model, retriever or store of conversations that passes ({@link io.cortexreactive.error.Transient}), or
     * with a worker that is gone. The last such error fails the run; if workers were gone as often, so that the run may
     * be what ends them, it fails with {@code attempts_exhausted}: {@link AgentRuns#redrive} gives it as many again.
     * What a tool fails with is told to the model, and is no end of an attempt, nor is a worker that gives the run
     * back.
     */
    public PendingAgentRun maxAttempts(int value) {
        return with(terms.withMaxAttempts(value));
    }

    /**
     * Puts it into its queue, for the tenant in the Context. Doing so again gives the same run.
     *
     * @return its id; for errors see {@link AgentRuns#dispatch}
     */
    public Mono<String> dispatch() {
        return runs.dispatch(this);
    }

    /**
     * What is to be done.
     *
     * @param agentId by which agent
     * @param input on what
     * @param context what it belongs to and may use
     */
    public record Work(String agentId, Message input, AgentContext context) {}

    /**
     * When and how a run is run.
     *
     * @param queue which workers take it
     * @param priority the lower, the earlier
     * @param maxAttempts how many attempts may be made without its coming further; see
     *     {@link PendingAgentRun#maxAttempts}
     * @param delay not before that; null for at once
     * @param deadline how long it may take in all; null for as long as it likes
     * @param channel where its steps go besides; null for nowhere
     * @param idempotencyKey null if every dispatch is a run of its own
     */
    public record Terms(
            String queue,
            int priority,
            int maxAttempts,
            @Nullable Duration delay,
            @Nullable Duration deadline,
            @Nullable String channel,
            @Nullable String idempotencyKey) {

        /** The queue where nobody says otherwise. */
        public static final String DEFAULT_QUEUE = "agents";

        /** Ten years: stores count in dates, which do not go on for ever. */
        private static final Duration LONGEST = Duration.ofDays(3650);

        /** At once, three attempts. */
        public static final Terms DEFAULTS = new Terms(DEFAULT_QUEUE, 100, 3, null, null, null, null);

        /**
         * @throws AgentConfigurationException if no queue can have such a name, a number or a time is not positive, or
         *     a time is over 3,650 days
         * @throws io.cortexreactive.chat.InvalidChannelException if no channel can have such a name
         */
        public Terms {
            checkQueue(queue);
            if (maxAttempts < 1) {
                throw new AgentConfigurationException("maxAttempts must be positive, and is " + maxAttempts + ".");
            }
            checkTime("delay", delay);
            checkTime("deadline", deadline);
            channel = channel == null ? null : new ChannelKey(null, channel).channel();
        }

        private static void checkQueue(String queue) {
            Objects.requireNonNull(queue, "queue");
            String problem = Ids.problem(queue);
            if (problem != null) {
                throw new AgentConfigurationException("A queue's name " + problem + ".");
            }
        }

        private static void checkTime(String name, @Nullable Duration time) {
            if (time != null && (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0)) {
                throw new AgentConfigurationException(
                        name + " must be positive and at most " + LONGEST.toDays() + " days, and is " + time + ".");
            }
        }

        Terms withQueue(String value) {
            return new Terms(value, priority, maxAttempts, delay, deadline, channel, idempotencyKey);
        }

        Terms withPriority(int value) {
            return new Terms(queue, value, maxAttempts, delay, deadline, channel, idempotencyKey);
        }

        Terms withMaxAttempts(int value) {
            return new Terms(queue, priority, value, delay, deadline, channel, idempotencyKey);
        }

        Terms withDelay(Duration value) {
            return new Terms(queue, priority, maxAttempts, value, deadline, channel, idempotencyKey);
        }

        Terms withDeadline(Duration value) {
            return new Terms(queue, priority, maxAttempts, delay, value, channel, idempotencyKey);
        }

        Terms withChannel(String value) {
            return new Terms(queue, priority, maxAttempts, delay, deadline, value, idempotencyKey);
        }

        Terms withIdempotencyKey(String value) {
            return new Terms(queue, priority, maxAttempts, delay, deadline, channel, value);
        }
    }
}
