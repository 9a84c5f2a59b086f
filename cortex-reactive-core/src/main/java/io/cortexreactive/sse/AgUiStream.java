package io.cortexreactive.sse;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.message.ChatChunk;
import reactor.core.publisher.Flux;

/**
 * The events of AG-UI, over server-sent events.
 *
 * <p>The frames begin with the subscription to them, and ask for an element of the source when those of the one before
 * are taken. An error of the source becomes {@code RUN_ERROR}, and the frames complete. The messages of errors that are
 * none of this library's are left out. Where the source restarts, a {@code CUSTOM} event {@code restarted} says that
 * what the model said last is void.
 *
 * <p>Of calls to which a model gave one id, each further one is told with its number behind it, such as {@code t1#2},
 * counted from the first element; so give it the source from its beginning. That a run waits for approval is left out:
 * {@code AgentRuns.approvals} has it.
 */
public final class AgUiStream {

    private AgUiStream() {}

    /**
     * The chunks of one answer.
     *
     * @param threadId as the client has it in its {@code RunAgentInput}
     * @param runId the same
     */
    public static Flux<SseFrame> ofChunks(Flux<ChatChunk> chunks, String threadId, String runId) {
        return UiWriter.frames(chunks, ChunkReader::new, () -> new AgUiWriter(threadId, runId));
    }

    /** The steps of a run. An agent that another one calls is shown as a tool, without what it says meanwhile. */
    public static Flux<SseFrame> ofSteps(Flux<AgentStep> steps, String threadId, String runId) {
        return UiWriter.frames(steps, StepReader::new, () -> new AgUiWriter(threadId, runId));
    }
}
