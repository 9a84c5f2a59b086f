package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The Reactive Streams contract; run by TestNG's engine. */
@Test
public class ToolExecutorTckTests extends PublisherVerification<ToolUpdate> {

    /** For the TestNG engine. */
    public ToolExecutorTckTests() {
        super(new TestEnvironment(500, 50, false));
    }

    /** Progress, and at last the result. */
    @Override
    public Publisher<ToolUpdate> createPublisher(long elements) {
        if (elements == 0) {
            return none();
        }
        Flux<ToolUpdate> progress =
                Flux.range(1, (int) Math.min(elements - 1, 100_000)).map(ToolProgress::new);
        Tool tool = Tool.builder("count")
                .handler((input, context) -> progress.concatWithValues(ToolResult.success("done")))
                .build();
        return executor(tool).stream(ToolCall.of("c1", "count", Map.of()));
    }

    private static Flux<ToolUpdate> none() {
        return executor(Tool.builder("unused")
                        .handler((input, context) -> Flux.empty())
                        .build())
                .streamAll(List.of(), ToolRun.create())
                .map(ToolCallUpdate::update);
    }

    @Override
    public Publisher<ToolUpdate> createFailedPublisher() {
        Tool tool = Tool.builder("pay")
                .requiresApproval(true)
                .handler((input, context) -> Flux.empty())
                .build();
        return executor(tool).stream(ToolCall.of("c1", "pay", Map.of()));
    }

    private static ToolExecutor executor(Tool tool) {
        return ToolExecutor.builder(ToolRegistry.of(List.of(tool)))
                .scheduler(Schedulers.immediate())
                .build();
    }
}
