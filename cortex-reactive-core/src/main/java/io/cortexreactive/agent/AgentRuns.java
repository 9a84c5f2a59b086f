package io.cortexreactive.agent;

import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.Message;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs of agents in the background. They belong to nobody who watches: whoever dispatches, awaits or follows one may
 * leave, and it goes on, on whichever worker has it. A worker that is gone is replaced by another, which goes on behind
 * the last answer of the model and the last result of a tool that were kept.
 *
 * <p>Runs are those of the tenant in the Context; another one's are not found. Every publisher is cold, and cancelling
 * one changes nothing of a run. A store that does not answer is a
 * {@link io.cortexreactive.durable.StoreUnavailableException}. Thread-safe.
 */
public interface AgentRuns {

    /**
     * Puts a run into its queue.
     *
     * @return its id, or that of the run which was begun first under the same idempotency key;
     *     {@link AgentNotFoundException} if there is no such agent here,
     *     {@link io.cortexreactive.durable.IdempotencyConflictException} if the key was used for something else or on
     *     other terms, {@link io.cortexreactive.durable.StateNotStorableException} if input or variables are no JSON or
     *     too large, {@link io.cortexreactive.durable.QueueFullException} if as many wait as may
     */
    Mono<String> dispatch(PendingAgentRun run);

    /** Where a run stands; empty if there is none, or none any more. */
    Mono<AgentRunStatus> status(String runId);

    /** What is known of a run; empty if there is none. */
    Mono<Info> info(String runId);

    /** What a run was begun with; empty if there is none. It may be large, and is not in {@link #info} therefore. */
    Mono<Message> input(String runId);

    /**
     * What a run has come to; empty if it has not ended, or is not there. Kept for 24 hours unless the queue is told
     * otherwise.
     *
     * @return {@link AgentRunFailedException} if it has failed, {@link AgentRunCancelledException} if it was cancelled
     */
    Mono<AgentResponse> result(String runId);

    /**
     * The same once it has ended; {@link AgentRunNotFoundException} if there is no such run. Nothing else of the run is
     * read. A store that does not answer is waited for as long as two leases.
     */
    Mono<AgentResponse> await(String runId);

    /**
     * Cancels a run, wherever it is: a call under way is cut off, and nothing more begins.
     *
     * @return false if it had ended; {@link AgentRunNotFoundException} if there is no such run
     */
    Mono<Boolean> cancel(String runId);

    /** Runs of the tenant, the newest first. */
    default Flux<Info> list(Filter filter) {
        return list(filter, null);
    }

    /**
     * The same from behind a run, such as the last one of a page: what comes before it is not read.
     *
     * @param afterId of that run, whatever it has come to since; null for the newest
     * @return {@link AgentRunNotFoundException} if there is no such run, or none any more
     */
    Flux<Info> list(Filter filter, @Nullable String afterId);

    /**
     * The steps of a run from its beginning or from behind a place in it, and then as they happen, in whichever
     * process: everybody sees the same ones. Completes behind {@link AgentStep.Completed}; a run that ends otherwise is
     * a {@link io.cortexreactive.chat.ChannelFailedException}.
     *
     * @param afterId the id of the last {@linkplain #messages message} that was seen; null for the beginning
     */
    default Flux<AgentStep> follow(String runId, @Nullable String afterId) {
        return ChannelMessage.items(messages(runId, afterId), AgentStep.class);
    }

    /**
     * The same with the ids of the steps, for those who may lose the connection. Demand is this subscriber's alone.
     *
     * @return completes behind the last message; {@link AgentRunNotFoundException},
     *     {@link io.cortexreactive.chat.UnknownMessageException} if the run has no such message
     */
    Flux<ChannelMessage> messages(String runId, @Nullable String afterId);

    /** The calls of tools that a paused run waits with; empty if it waits for nobody. */
    Flux<AgentStep.ApprovalRequested> approvals(String runId);

    /**
     * Decides on a call, once. The same decision again completes as well; while the run is under way this waits until
     * it pauses or ends.
     *
     * @param callId of the {@link AgentStep.ApprovalRequested}
     * @return {@link ApprovalNotFoundException} if the run does not wait with that call,
     *     {@link AgentRunNotFoundException}
     */
    Mono<Void> approve(String runId, String callId, Approval approval);

    /**
     * Begins a failed run anew, as one with an id of its own, which takes over what had been kept: no answer is asked
     * for again, and no tool run that has a result. It has the queue and the priority of the first, and a deadline as
     * long, from now on. It fails with {@code history_lost} if it is taken when the failed one is kept no longer.
     *
     * @return the id of the new run, the same each time it is asked for until that one has failed, too: then that one
     *     is begun anew, with all that both had kept; {@link AgentRunNotFoundException} if there is no such run,
     *     {@link AgentRunNotFailedException} if it has not failed, {@link io.cortexreactive.durable.QueueFullException}
     *     if too many wait already
     */
    Mono<String> redrive(String runId);

    /** Begins to take runs of the agents that are registered here. Nothing happens if it has begun. */
    Mono<Void> start();

    /** Takes no more, gives what is under way some time, and hands the rest back to others. */
    Mono<Void> stop();

    /**
     * A decision on a call of a tool.
     *
     * @param granted whether it may run
     * @param reason for people, and for the model if it may not run, up to 2,000 chars; may be empty, and null counts
     *     as that
     */
    record Approval(boolean granted, String reason) {

        public Approval {
            reason = Objects.requireNonNullElse(reason, "");
        }

        /** It may run. */
        public static Approval grant() {
            return new Approval(true, "");
        }

        /** It may not; the model is told so, and why. */
        public static Approval deny(String reason) {
            return new Approval(false, reason);
        }
    }

    /**
     * Which runs.
     *
     * @param agentId of which agent; null for all
     * @param status where they stand; null for anywhere
     */
    record Filter(@Nullable String agentId, @Nullable AgentRunStatus status) {

        /** All of them. */
        public static final Filter ALL = new Filter(null, null);

        /** Those of one agent. */
        public static Filter ofAgent(String agentId) {
            return new Filter(agentId, null);
        }

        /** Those that have failed, and can be {@linkplain AgentRuns#redrive begun anew}. */
        public static Filter failed() {
            return new Filter(null, AgentRunStatus.FAILED);
        }
    }

    /**
     * What is known of a run.
     *
     * @param attempt the number of the attempt that it is in, or was in at last, from 1; 0 while nobody has taken it.
     *     One goes on where a worker gave the run back, or somebody was waited for
     * @param error why it has failed, or was tried again
     */
    record Info(
            String runId,
            String agentId,
            AgentRunStatus status,
            int attempt,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            @Nullable ErrorInfo error,
            @Nullable String redriveOf) {}
}
