package io.cortexreactive.benchmarks.agentscope;

import io.agentscope.core.ReActAgent;
import io.agentscope.core.event.AgentResultEvent;
import io.agentscope.core.message.ContentBlock;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.MsgRole;
import io.agentscope.core.message.TextBlock;
import io.agentscope.core.message.ToolUseBlock;
import io.agentscope.core.model.ChatModelBase;
import io.agentscope.core.model.ChatResponse;
import io.agentscope.core.model.ChatUsage;
import io.agentscope.core.model.GenerateOptions;
import io.agentscope.core.model.ToolSchema;
import io.agentscope.core.tool.Tool;
import io.agentscope.core.tool.ToolParam;
import io.agentscope.core.tool.Toolkit;
import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * ReAct agents, of which only the answer is taken, or all events. Such an agent goes on with what was said in earlier
 * runs, so each run has one of its own.
 */
public final class AgentScopeAgents implements StreamClients {

    private static final Msg INPUT =
            Msg.builder().name("user").role(MsgRole.USER).textContent("Go").build();
    private static final List<ChatResponse> ANSWERS = AgentScript.answers(
            number -> response(
                    "tool_calls",
                    ToolUseBlock.builder()
                            .id("call-" + number)
                            .name(AgentScript.TOOL)
                            .input(Map.of(AgentScript.ARGUMENT, number))
                            .content("{\"" + AgentScript.ARGUMENT + "\":" + number + "}")
                            .build()),
            response("stop", TextBlock.builder().text(AgentScript.ANSWER).build()));

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "agent/agentscope", none -> called(new AgentScript()),
                "agent/agentscope-stream", none -> streamed(new AgentScript()));
    }

    private static StreamClient called(AgentScript script) {
        Model model = new Model(script);
        Toolkit toolkit = toolkit(script);
        return name -> Mono.using(() -> agent(model, toolkit), agent -> agent.call(INPUT))
                .map(answer -> script.end(answer.getTextContent()));
    }

    private static StreamClient streamed(AgentScript script) {
        Model model = new Model(script);
        Toolkit toolkit = toolkit(script);
        return name -> Flux.using(() -> agent(model, toolkit), agent -> agent.streamEvents(INPUT))
                .ofType(AgentResultEvent.class)
                .map(done -> script.end(done.getResult().getTextContent()));
    }

    private static Toolkit toolkit(AgentScript script) {
        Toolkit toolkit = new Toolkit();
        toolkit.registerTool(new Tools(script));
        return toolkit;
    }

    private static ReActAgent agent(Model model, Toolkit toolkit) {
        return ReActAgent.builder()
                .name("bench")
                .model(model)
                .toolkit(toolkit)
                .maxIters(AgentScript.ITERATIONS)
                .build();
    }

    private static ChatResponse response(String reason, ContentBlock content) {
        return ChatResponse.builder()
                .id("response")
                .content(List.of(content))
                .usage(ChatUsage.builder().inputTokens(10).outputTokens(5).build())
                .finishReason(reason)
                .build();
    }

    /** The tool. */
    public static final class Tools {

        private final AgentScript script;

        Tools(AgentScript script) {
            this.script = script;
        }

        /** Looks something up. */
        @Tool(name = AgentScript.TOOL, description = "Looks something up")
        public String lookUp(@ToolParam(name = AgentScript.ARGUMENT, description = "which") int number) {
            return script.runTool();
        }
    }

    private static final class Model extends ChatModelBase {

        private final AgentScript script;

        Model(AgentScript script) {
            this.script = script;
        }

        @Override
        protected Flux<ChatResponse> doStream(List<Msg> messages, List<ToolSchema> tools, GenerateOptions options) {
            return Flux.defer(() -> Flux.just(script.ask(ANSWERS)));
        }

        @Override
        public String getModelName() {
            return "script";
        }
    }
}
