package io.cortexreactive.benchmarks.agent;

import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The least a loop has to do with the same model: find the call among the chunks, call a function, remember both, ask
 * again. No request is made, nothing is checked, no step is told, and all is on one thread.
 */
record FloorAgent(AgentScript script) implements StreamClient {

    private static final ChatRequest REQUEST = ChatRequest.builder().user("Go").build();

    @Override
    public Publisher<String> stream(String name) {
        ScriptModel model = new ScriptModel(script);
        return Mono.defer(() -> {
            Run run = new Run(script);
            return Mono.defer(() -> model.stream(REQUEST).doOnNext(run::add).then(Mono.fromRunnable(run::runTool)))
                    .repeat(run::goesOn)
                    .then(Mono.fromSupplier(run::end));
        });
    }

    private static final class Run {

        private final AgentScript script;
        private final List<Object> said = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private @Nullable ToolCall call;

        Run(AgentScript script) {
            this.script = script;
        }

        void add(ChatChunk chunk) {
            if (chunk instanceof ToolCallCompleted done) {
                call = done.call();
            } else if (chunk instanceof TextDelta delta) {
                text.append(delta.text());
            }
        }

        void runTool() {
            if (call != null) {
                said.add(call);
                said.add(script.runTool());
                call = null;
            }
        }

        boolean goesOn() {
            return text.isEmpty();
        }

        String end() {
            return script.end(text.toString());
        }
    }
}
