package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentIteration;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Answers with an agent, which calls tools until it is done. */
@Component
final class ToolChat {

    private static final int MAX_ITERATIONS = 5;
    /** Two calls may ask at once. Reactor's busyLooping counts its time from when it is made, so none is shared. */
    private static final Sinks.EmitFailureHandler TAKE_TURNS =
            (signal, result) -> result == Sinks.EmitResult.FAIL_NON_SERIALIZED;

    private final Cortex cortex;
    private final Approvals approvals;

    ToolChat(Cortex cortex, Approvals approvals) {
        this.cortex = cortex;
        this.approvals = approvals;
    }

    /**
     * Each step as it happens: {@link AgentStep}s, where the end of the run is a {@link RunEnd} and those of its
     * iterations are left out; and {@link Approvals.Asked} where a call waits to be approved.
     *
     * @param conversation what was said, with the question at its end
     */
    Flux<Object> steps(ChatClient chat, List<Message> conversation, @Nullable String model) {
        int last = conversation.size() - 1;
        ChatClient remembering = chat.with(after(conversation.subList(0, last)));
        Agent agent = cortex.agent(definition(model), remembering);
        return Flux.defer(() -> run(agent, conversation.get(last)));
    }

    private Flux<Object> run(Agent agent, Message question) {
        Sinks.Many<Object> asked = Sinks.many().unicast().onBackpressureBuffer();
        AgentContext context =
                AgentContext.NONE.withApproval(approvals.asking(call -> asked.emitNext(call, TAKE_TURNS)));
        Flux<Object> steps = agent.stream(question, context)
                .filter(step -> !(step instanceof AgentStep.IterationCompleted))
                .map(ToolChat::shown)
                .doFinally(end -> asked.emitComplete(TAKE_TURNS));
        // One at a time, so that a slow page slows the model; and no failure overtakes what came before it.
        return Flux.mergeDelayError(1, steps, asked.asFlux());
    }

    private static AgentDefinition definition(@Nullable String model) {
        AgentDefinition.Builder definition = Agent.define("chat")
                .tools(ChatTools.NAMES.toArray(String[]::new))
                .maxIterations(MAX_ITERATIONS);
        return (model == null ? definition : definition.model(model)).build();
    }

    /** A run begins with one message; what was said before it goes in front of each request. */
    private static ChatInterceptor after(List<Message> earlier) {
        return (request, next) -> next.stream(request.toBuilder()
                .messages(Stream.concat(earlier.stream(), request.messages().stream())
                        .toList())
                .build());
    }

    private static Object shown(AgentStep step) {
        return step instanceof AgentStep.Completed completed ? RunEnd.of(completed.response()) : step;
    }

    /**
     * The run is done.
     *
     * @param type tells it from the other steps
     * @param stopReason why it ended
     * @param usage the tokens of all its calls
     * @param model what answered, if it said so
     */
    record RunEnd(
            String type,
            String stopReason,
            Usage usage,
            @Nullable String model) {

        static RunEnd of(AgentResponse response) {
            AgentStopReason reason = response.stopReason();
            List<AgentIteration> iterations = response.iterations();
            return new RunEnd(
                    "completed",
                    reason.name().toLowerCase(Locale.ROOT),
                    response.totalUsage(),
                    iterations.get(iterations.size() - 1).response().model());
        }
    }
}
