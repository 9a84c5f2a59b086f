package io.cortexreactive.agent;

import io.cortexreactive.memory.Interruption;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * How a model is told of tools, calls them, and reads what they gave. Here: as its provider offers it. One that keeps
 * something belongs to one run.
 */
interface TurnStyle {

    /** The provider's own tool calls. */
    TurnStyle NATIVE = new TurnStyle() {};

    /** What is really asked. */
    default ChatRequest asking(ChatRequest request) {
        return request;
    }

    /** The answer to that. */
    default Flux<ChatChunk> ask(AgentRun run, ChatRequest request) {
        return run.chat().stream(request);
    }

    /** Whether to ask once more, otherwise, since the request was refused. */
    default boolean asksOtherwise(Throwable error) {
        return false;
    }

    /** What of an answer is told as it streams, demand passed on. */
    default Flux<ChatChunk> shown(Flux<ChatChunk> chunks) {
        return chunks;
    }

    /** What of a whole answer counts. Asked for once, before all that follows. */
    default ChatResponse kept(ChatResponse response) {
        return response;
    }

    /** What another attempt must know to read the answer as it is read here; JSON. Asked for after the answer. */
    default Map<String, Object> memo() {
        return Map.of();
    }

    /** What was known when an answer was read that is read again. */
    default void recall(Map<String, Object> memo) {}

    /** The calls in an answer. */
    default List<ToolCall> calls(ChatResponse response) {
        return response.toolCalls();
    }

    /** What an answer says, where it is the last. */
    default String output(ChatResponse response) {
        return response.text();
    }

    /** What an answer says that broke off. Comes from any thread. */
    default String partialOutput(Message answer) {
        return answer.text();
    }

    /** What to tell a model that neither calls a tool nor answers; null where its answer is the last. */
    default @Nullable Message correction() {
        return null;
    }

    /** The results, as the model is to read them. */
    default Message results(List<AgentToolCall> done) {
        List<Content> contents = new ArrayList<>();
        done.forEach(one -> contents.add(new ToolResultContent(
                one.call().id(), one.result().text(), !one.result().success())));
        return new Message(Role.TOOL, contents, Map.of());
    }

    /**
     * What an iteration leaves that broke off. Comes from any thread.
     *
     * @param answer as far as it came
     * @param ended the results there are
     */
    default List<Message> brokenOff(Message answer, List<ToolResultContent> ended) {
        return Interruption.of(answer, ended);
    }
}
