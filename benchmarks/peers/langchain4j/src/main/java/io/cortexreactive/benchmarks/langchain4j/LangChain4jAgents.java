package io.cortexreactive.benchmarks.langchain4j;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** AI services without a memory beyond the run, one that blocks and one that streams. */
public final class LangChain4jAgents implements StreamClients {

    private static final List<ChatResponse> ANSWERS = AgentScript.answers(
            number -> response(
                    AiMessage.from(ToolExecutionRequest.builder()
                            .id("call-" + number)
                            .name(AgentScript.TOOL)
                            .arguments("{\"" + AgentScript.ARGUMENT + "\":" + number + "}")
                            .build()),
                    FinishReason.TOOL_EXECUTION),
            response(AiMessage.from(AgentScript.ANSWER), FinishReason.STOP));

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "agent/langchain4j", none -> blocking(new AgentScript()),
                "agent/langchain4j-stream", none -> streaming(new AgentScript()));
    }

    /** An AI service that gives the answer. */
    interface Assistant {

        String chat(String message);
    }

    /** An AI service that streams it. */
    interface StreamingAssistant {

        TokenStream chat(String message);
    }

    /** The tool. */
    record Tools(AgentScript script) {

        @Tool(name = AgentScript.TOOL, value = "Looks something up")
        String lookUp(@P(name = AgentScript.ARGUMENT, value = "which") int number) {
            return script.runTool();
        }
    }

    private static StreamClient blocking(AgentScript script) {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(new Model(script))
                .tools(new Tools(script))
                .build();
        return name -> Mono.fromSupplier(() -> script.end(assistant.chat("Go")));
    }

    private static StreamClient streaming(AgentScript script) {
        StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                .streamingChatModel(new StreamingModel(script))
                .tools(new Tools(script))
                .build();
        return name -> Mono.create(sink -> assistant
                .chat("Go")
                .onPartialResponse(text -> {})
                .onCompleteResponse(
                        response -> sink.success(script.end(response.aiMessage().text())))
                .onError(sink::error)
                .start());
    }

    private static ChatResponse response(AiMessage message, FinishReason reason) {
        return ChatResponse.builder()
                .aiMessage(message)
                .tokenUsage(new TokenUsage(10, 5))
                .finishReason(reason)
                .build();
    }

    private record Model(AgentScript script) implements ChatModel {

        @Override
        public ChatResponse doChat(ChatRequest request) {
            return script.ask(ANSWERS);
        }
    }

    private record StreamingModel(AgentScript script) implements StreamingChatModel {

        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            ChatResponse response = script.ask(ANSWERS);
            AiMessage message = response.aiMessage();
            if (message.hasToolExecutionRequests()) {
                handler.onCompleteToolCall(
                        new CompleteToolCall(0, message.toolExecutionRequests().get(0)));
            } else {
                handler.onPartialResponse(message.text());
            }
            handler.onCompleteResponse(response);
        }
    }
}
