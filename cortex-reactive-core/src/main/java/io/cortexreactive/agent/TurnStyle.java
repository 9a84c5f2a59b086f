package io.cortexreactive.agent;

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

/** How a model is told of tools, calls them, and reads what they gave. Here: as its provider offers it. */
interface TurnStyle {

    /** The provider's own tool calls. */
    TurnStyle NATIVE = new TurnStyle() {};

    /** What is really asked. */
    default ChatRequest asking(ChatRequest request) {
        return request;
    }

    /** The calls in an answer. */
    default List<ToolCall> calls(ChatResponse response) {
        return response.toolCalls();
    }

    /** What an answer says, where it is the last. */
    default String output(ChatResponse response) {
        return response.text();
    }

    /** The results, as the model is to read them. */
    default Message results(List<AgentToolCall> done) {
        List<Content> contents = new ArrayList<>();
        done.forEach(one -> contents.add(new ToolResultContent(
                one.call().id(), one.result().text(), !one.result().success())));
        return new Message(Role.TOOL, contents, Map.of());
    }
}
