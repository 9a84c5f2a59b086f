package io.cortexreactive.agent;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.schema.ArraySchema;
import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.structured.StructuredOutput;
import io.cortexreactive.structured.StructuredOutputException;
import io.cortexreactive.structured.StructuredResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Plans, carries out one step after the other, plans anew where one fails, and answers.
 *
 * @param first the shape of the first plan
 * @param later that of a new one, of which nothing may be left to do
 */
record PlanLoop(AgentLoop.PlanOptions options, ObjectSchema first, ObjectSchema later) implements AgentLoop {

    private static final String PLAN =
            "Do not answer now, and call none of your tools: plan. Give at most %d steps, as few"
                    + " as will do, that lead to all that is needed for the answer. Each is an instruction that you can carry out"
                    + " with your tools or your knowledge once those before it are done. Give no step for the answer itself.";

    private static final String AGAIN =
            "A step of the plan failed.\nStep: %s\nWhy: %s\n\nWhat is done:\n%s\n\nPlan what is"
                    + " left to do, in another way. Give no steps if nothing is left to do.";

    private static final String STEP =
            "Step %d of %d: %s\n\nCarry out this step alone, and answer with its result. If it"
                    + " cannot be done, answer with \"FAILED: \" and why.";

    private static final String ANSWER =
            "That was the last step. What came of each:\n%s\n\nAnswer what I have asked for" + " with that.";

    private static final String GAVE_UP =
            "\nThe step \"%s\" failed, and so the steps behind it were not done. Say what is" + " missing.";

    private static final Pattern FAILED = Pattern.compile("[\\s*_#`]{0,8}FAILED[*_`]{0,3}:");

    static PlanLoop of(AgentLoop.PlanOptions options) {
        ArraySchema steps = Schema.array(Schema.string().pattern("\\S")).maxItems(options.maxSteps());
        return new PlanLoop(options, plan(steps.minItems(1)), plan(steps));
    }

    private static ObjectSchema plan(ArraySchema steps) {
        return Schema.object()
                .property("steps", steps.description("What to do, in this order"))
                .required("steps");
    }

    @Override
    public Flux<AgentStep> steps(AgentRun run) {
        return Flux.defer(() -> new Course(run).steps());
    }

    /** @param result or why there is none */
    private record Done(String step, String result) {
        @Override
        public String toString() {
            return "- " + step + "\n  " + result;
        }
    }

    /** One run's way through its plans. */
    private final class Course {

        private final AgentRun run;
        private final List<Done> done = new ArrayList<>();
        private final Planner planner = new Planner();
        private int next;
        private int replans;
        private @Nullable Done failed;

        Course(AgentRun run) {
            this.run = run;
        }

        Flux<AgentStep> steps() {
            run.whereTimeIsUp(this::whatIsDone);
            return Flux.concat(
                    planned(UnaryOperator.identity()),
                    Flux.defer(this::step).repeat(this::hasNext),
                    Flux.defer(this::answer));
        }

        private Flux<AgentStep> planned(UnaryOperator<ChatRequest> change) {
            return Flux.defer(() -> {
                next = 0;
                planner.steps = List.of();
                return run.mayAsk()
                        ? run.turn(planner, change).concatWith(Mono.fromSupplier(this::told))
                        : Flux.empty();
            });
        }

        private AgentStep told() {
            return new AgentStep.Planned(run.path(), run.state().iteration(), planner.steps);
        }

        private boolean hasNext() {
            return failed == null && next < planner.steps.size() && run.mayAsk();
        }

        private Flux<AgentStep> step() {
            if (!hasNext()) {
                return Flux.empty();
            }
            String step = planner.steps.get(next);
            String instruction = STEP.formatted(next + 1, planner.steps.size(), step);
            return said(instruction, UnaryOperator.identity()).concatWith(Flux.defer(() -> ended(step)));
        }

        private Flux<AgentStep> said(String instruction, UnaryOperator<ChatRequest> change) {
            return run.say(fromAgent(instruction))
                    .thenMany(Flux.defer(() -> run.turn(change).repeat(run::goesOn)));
        }

        private Flux<AgentStep> ended(String step) {
            AgentStopReason reason = run.stopReason();
            if (reason == null || !reason.mayBeTakenUp()) {
                return Flux.empty();
            }
            String result = run.output();
            if (reason == AgentStopReason.COMPLETED && !hasFailed(result)) {
                done(new Done(step, result));
                return Flux.empty();
            }
            return failed(new Done(step, reason == AgentStopReason.COMPLETED ? why(result) : "The answer was cut."));
        }

        private Flux<AgentStep> failed(Done step) {
            if (replans == options.maxReplans()) {
                failed = step;
                return Flux.empty();
            }
            replans++;
            String again = AGAIN.formatted(step.step(), step.result(), results());
            return planned(request ->
                            request.toBuilder().message(fromAgent(again)).build())
                    .onErrorResume(StructuredOutputException.class, invalid -> {
                        failed = step;
                        return Flux.empty();
                    });
        }

        private String results() {
            return done.isEmpty()
                    ? "Nothing."
                    : done.stream().map(Done::toString).collect(Collectors.joining("\n"));
        }

        private Flux<AgentStep> answer() {
            if (!run.mayAsk()) {
                outputWhatThereIs();
                return Flux.empty();
            }
            String gaveUp = failed == null ? "" : GAVE_UP.formatted(failed.step());
            return said(ANSWER.formatted(results()) + gaveUp, PlanLoop::withoutTools)
                    .concatWith(Mono.fromRunnable(this::answered));
        }

        /** A tool that stopped the run has said what it gives, and another agent will say it. */
        private void outputWhatThereIs() {
            AgentStopReason reason = run.stopReason();
            if (reason != null && reason != AgentStopReason.TOOL_STOP) {
                run.output(whatIsDone());
            }
        }

        private synchronized String whatIsDone() {
            return done.stream().map(Done::result).collect(Collectors.joining("\n\n"));
        }

        private synchronized void done(Done step) {
            done.add(step);
            next++;
        }

        private void answered() {
            if (failed != null && run.stopReason() == AgentStopReason.COMPLETED) {
                run.end(AgentStopReason.PLAN_FAILED);
            }
        }

        /** Asks for a plan, which is kept as what the model said. */
        private final class Planner implements TurnStyle {

            private List<String> steps = List.of();

            @Override
            public ChatRequest asking(ChatRequest request) {
                String told = PLAN.formatted(options.maxSteps());
                String system = request.system();
                return request.toBuilder()
                        .system(system == null || system.isBlank() ? told : system + "\n\n" + told)
                        .model(options.plannerModel() == null ? request.model() : options.plannerModel())
                        .build();
            }

            @Override
            public Flux<ChatChunk> ask(AgentRun run, ChatRequest request) {
                return StructuredOutput.create(run.chat())
                        .generate(request, replans == 0 ? first : later)
                        .flatMapIterable(plan -> chunks(plan, request.model()));
            }

            private List<ChatChunk> chunks(
                    StructuredResponse<Map<String, @Nullable Object>> plan, @Nullable String model) {
                steps(plan.value().get("steps"));
                ChatResponse last = plan.response();
                String answeredBy = last.model() == null ? model : last.model();
                return List.of(
                        new TextDelta(0, asText()),
                        new ChatCompleted(StopReason.END_TURN, plan.usage(), answeredBy, last.metadata()));
            }

            @Override
            public Map<String, Object> memo() {
                return Map.of("steps", steps);
            }

            @Override
            public void recall(Map<String, Object> memo) {
                steps(memo.get("steps"));
            }

            private void steps(@Nullable Object given) {
                steps = ((List<?>) Objects.requireNonNull(given))
                        .stream().map(String::valueOf).toList();
            }

            private String asText() {
                return steps.isEmpty()
                        ? "Nothing is left to do."
                        : IntStream.range(0, steps.size())
                                .mapToObj(i -> (i + 1) + ". " + steps.get(i))
                                .collect(Collectors.joining("\n", "The plan:\n", ""));
            }

            @Override
            public Flux<ChatChunk> shown(Flux<ChatChunk> chunks) {
                return chunks.filter(chunk -> !(chunk instanceof TextDelta));
            }
        }
    }

    private static Message fromAgent(String text) {
        return new Message(Role.USER, List.of(new TextContent(text)), Map.of(Message.FROM_AGENT, true));
    }

    private static ChatRequest withoutTools(ChatRequest request) {
        ChatOptions options =
                request.options().toBuilder().toolChoice(ToolChoice.none()).build();
        return request.tools().isEmpty()
                ? request
                : request.toBuilder().options(options).build();
    }

    private static boolean hasFailed(String result) {
        return result.isBlank() || FAILED.matcher(result).lookingAt();
    }

    private static String why(String result) {
        return result.isBlank() ? "The answer was empty." : result;
    }
}
