package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tool.ToolEvent.AfterToolExecution;
import io.cortexreactive.tool.ToolEvent.BeforeToolExecution;
import io.cortexreactive.tool.ToolEvent.ToolError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ToolEventsTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final RecordingEvents events = new RecordingEvents();

    private static final ToolRegistry TOOLS = ToolRegistry.of(List.of(
            Tool.builder("echo").handler((input, context) -> Mono.just(input)).build(),
            Tool.builder("fail")
                    .handler((input, context) -> Mono.error(new IllegalStateException("broken")))
                    .build(),
            Tool.builder("hang").handler((input, context) -> Mono.never()).build()));

    @BeforeAll
    static void prepare() {
        TOOLS.all().forEach(tool -> tool.definition().inputSchema().prepared().block(LONG));
    }

    private ToolExecutor executor(EventPublisher publisher) {
        return ToolExecutor.builder(TOOLS)
                .events(publisher)
                .scheduler(Schedulers.immediate())
                .build();
    }

    private static ToolCall call(String tool) {
        return ToolCall.of("c1", tool, Map.of("a", 1));
    }

    @Test
    void executionIsToldBeforeAndAfter() {
        executor(events)
                .execute(call("echo"), new ToolRun("r", "talk", "agent", Map.of(), null))
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .contextWrite(Tenancy.correlation("order-42"))
                .block(LONG);

        assertThat(events.names()).containsExactly("BeforeToolExecution", "AfterToolExecution");
        BeforeToolExecution before = events.only(BeforeToolExecution.class);
        assertThat(before.tool()).isEqualTo("echo");
        assertThat(before.input()).isEqualTo(Map.of("a", 1));
        assertThat(before.context().idempotencyKey()).isEqualTo("r/c1");
        AfterToolExecution after = events.only(AfterToolExecution.class);
        assertThat(after.output()).isEqualTo(Map.of("a", 1));
        assertThat(after.duration()).isPositive();
        assertThat(after.meta().tenantId()).isEqualTo("acme");
        assertThat(after.meta().correlationId()).isEqualTo("order-42");
        assertThat(after.meta().metadata())
                .isEqualTo(Map.of("callId", "c1", "agentId", "agent", "conversationId", "talk"));
        assertThat(after.meta().sequence()).isEqualTo(1);
    }

    @Test
    void failureIsTold() {
        executor(events).execute(call("fail")).block(LONG);

        assertThat(events.names()).containsExactly("BeforeToolExecution", "ToolError");
        assertThat(events.only(ToolError.class).exception())
                .isEqualTo(new ErrorInfo("tool_failed", "The tool failed: broken", false));
    }

    @Test
    void callThatDoesNotRunIsToldAsAnErrorAlone() {
        executor(events).execute(call("unknown")).block(LONG);

        assertThat(events.names()).containsExactly("ToolError");
        assertThat(events.only(ToolError.class).tool()).isEqualTo("unknown");
        assertThat(events.only(ToolError.class).exception().code()).isEqualTo("tool_unknown_tool");
    }

    @Test
    void cancelledCallHasNoEnd() {
        executor(events).execute(call("hang")).subscribe().dispose();

        assertThat(events.names()).containsExactly("BeforeToolExecution");
    }

    @Test
    void nothingIsPublishedThatNobodyWants() {
        executor(new EventPublisher() {
                    @Override
                    public boolean wants(Class<? extends CortexEvent> type) {
                        return false;
                    }

                    @Override
                    public void publish(CortexEvent event) {
                        throw new AssertionError("published: " + event);
                    }
                })
                .executeAll(List.of(call("echo"), call("fail"), call("unknown")))
                .blockLast(LONG);
    }
}
