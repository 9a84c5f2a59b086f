package io.cortexreactive.agent;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps what a run has come to, so that a later attempt at it need not come to it again: what is kept is taken for
 * done, no model is asked for it, and no tool is run. A run finds it in its Context under this class, and so do the
 * runs of agents that it calls as tools. Belongs to one attempt.
 *
 * <p>An attempt makes the same calls in the same order as those before it, as long as the agent's loop does nothing but
 * what follows from the answers it gets. Nothing goes on before it is kept.
 */
public interface AgentCheckpoint {

    /** The id of the run, the same in each attempt. */
    String runId();

    /** Whether an attempt before this one had begun. */
    boolean isResumed();

    /** How long the attempts before this one have worked on it; waiting for its turn or for somebody is no work. */
    Duration worked();

    /** Where this run keeps what was said, instead of there. */
    Conversations conversations(Conversations shared);

    /** Of the run of an agent that a call of this run makes. */
    AgentCheckpoint within(String callKey);

    /** What the retriever had found for the input; null if it has to be asked. */
    @Nullable
    RetrievedContent found();

    /** Keeps what the retriever found; nothing where the run goes on without. */
    Mono<Void> found(RetrievedContent content);

    /** The answer of an iteration; null if it has to be asked for. */
    @Nullable
    Answer answer(int iteration);

    /**
     * Keeps an answer.
     *
     * @param path of the steps that told it, seen from the outermost agent
     */
    Mono<Void> answered(int iteration, List<String> path, Answer answer);

    /**
     * Hears that a run breaks off, be it by a cancel, which is not its end if another attempt goes on with it.
     *
     * @param telling tells the end, with the error of the whole if there is one; called once it is the end
     */
    void breaksOff(Consumer<@Nullable ErrorInfo> telling);

    /** Begins the tools of an iteration. */
    Calls calls(int iteration, int count);

    /**
     * An answer of a model.
     *
     * @param response as it came
     * @param memo what has to be known besides, to read it as it was read then; JSON
     */
    record Answer(ChatResponse response, Map<String, Object> memo) {}

    /** The calls of one iteration, by their index. */
    interface Calls {

        /** What came of a call; null if it has to be made. */
        @Nullable
        ToolResult result(int index);

        /** Keeps what came of a call. */
        Mono<Void> finished(int index, ToolResult result);
    }
}
