package io.cortexreactive.sse;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.message.ChatChunk;
import reactor.core.publisher.Flux;

/**
 * The UI message stream protocol of the AI SDK, version 1, which {@code useChat} reads. The response needs the header
 * {@value #HEADER} with {@value #VERSION}, besides {@code text/event-stream}.
 *
 * <p>The frames begin with the subscription to them, and ask for an element of the source when those of the one before
 * are taken. An error of the source is told in a frame, and the frames complete: the protocol knows no other way. The
 * messages of errors that are none of this library's are left out. Where the source restarts, a part
 * {@code data-restarted} says that what was before it in its step is void.
 *
 * <p>Of calls to which a model gave one id, each further one is told with its number behind it, such as {@code t1#2},
 * counted from the first element; so give it the source from its beginning. That a run waits for approval is left out:
 * {@code AgentRuns.approvals} has it.
 */
public final class AiSdkStream {

    /** The name of the header that tells which protocol this is. */
    public static final String HEADER = "x-vercel-ai-ui-message-stream";

    /** Its value. */
    public static final String VERSION = "v1";

    private AiSdkStream() {}

    /** The chunks of one answer. */
    public static Flux<SseFrame> ofChunks(Flux<ChatChunk> chunks) {
        return UiWriter.frames(chunks, ChunkReader::new, AiSdkWriter::new);
    }

    /** The steps of a run. An agent that another one calls is shown as a tool, without what it says meanwhile. */
    public static Flux<SseFrame> ofSteps(Flux<AgentStep> steps) {
        return UiWriter.frames(steps, StepReader::new, AiSdkWriter::new);
    }
}
