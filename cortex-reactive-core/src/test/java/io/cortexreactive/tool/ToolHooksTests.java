package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.plugin.Hook;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ToolHooksTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Map<String, Object>> inputs = new CopyOnWriteArrayList<>();
    private final PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);
    private final Tool greet = Tool.builder("greet")
            .input(Schema.object().property("name", Schema.string()).required("name"))
            .handler((input, context) -> {
                inputs.add(input);
                return Mono.just("Hello " + input.get("name"));
            })
            .build();
    private final ToolExecutor executor = ToolExecutor.builder(ToolRegistry.of(List.of(greet)))
            .plugins(plugins)
            .build();

    @AfterEach
    void close() {
        executor.close().block(LONG);
    }

    private ToolResult call() {
        ToolCall call = new ToolCall("1", "greet", Map.of("name", "Ada"), null);
        return Objects.requireNonNull(executor.execute(call).block(LONG));
    }

    @Test
    void handlerChangesTheInput() {
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> Mono.just(calling.withInput(Map.of("name", "Grace"))));

        assertThat(call().output()).isEqualTo("Hello Grace");
    }

    @Test
    void changedInputIsCheckedAgain() {
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> Mono.just(calling.withInput(Map.of())));

        assertThat(call().errorKind()).contains(ToolErrorKind.INVALID_ARGUMENTS);
        assertThat(inputs).isEmpty();
    }

    private ToolResult approvedCall(ToolApproval approval) {
        Tool careful = Tool.builder("greet")
                .input(greet.definition().inputSchema())
                .requiresApproval(true)
                .handler((input, context) -> greet.execute(input, context).mapNotNull(ToolResult::output))
                .build();
        return Objects.requireNonNull(executor.withTools(ToolRegistry.of(List.of(careful)))
                .execute(
                        ToolCall.of("1", "greet", Map.of("name", "Ada")),
                        ToolRun.create().withApproval(approval))
                .block(LONG));
    }

    @Test
    void whatIsApprovedIsWhatRuns() {
        List<Map<String, Object>> shown = new CopyOnWriteArrayList<>();
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> {
            String name = calling.call().input().get("name") + "!";
            return Mono.just(calling.withInput(Map.of("name", name)));
        });

        ToolResult result = approvedCall((call, context) -> {
            shown.add(call.input());
            return Mono.just(true);
        });

        assertThat(result.output()).isEqualTo("Hello Ada!");
        assertThat(shown).isEqualTo(inputs).containsExactly(Map.of("name", "Ada!"));
    }

    @Test
    void nobodyIsAskedToApproveWhatAHookRefusesOrBreaks() {
        List<ToolCall> asked = new CopyOnWriteArrayList<>();
        ToolApproval approval = (call, context) -> {
            asked.add(call);
            return Mono.just(true);
        };
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, 1, calling -> Mono.just(calling.withInput(Map.of())));
        ToolErrorKind broken = approvedCall(approval).errorKind().orElseThrow();
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> Hook.veto("not on Sundays"));
        ToolErrorKind refused = approvedCall(approval).errorKind().orElseThrow();

        assertThat(List.of(broken, refused)).containsExactly(ToolErrorKind.INVALID_ARGUMENTS, ToolErrorKind.REFUSED);
        assertThat(asked).isEmpty();
        assertThat(inputs).isEmpty();
    }

    @Test
    void vetoTellsTheModelWhy() {
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> Hook.veto("not on Sundays"));

        ToolResult result = call();

        assertThat(result.errorKind()).contains(ToolErrorKind.REFUSED);
        assertThat(result.error()).contains("not on Sundays");
        assertThat(inputs).isEmpty();
    }

    @Test
    void failingHandlerIsAnErrorResult() {
        plugins.addHook(ToolHooks.BEFORE_EXECUTE, calling -> Mono.error(new IllegalStateException("broken")));

        assertThat(call().errorKind()).contains(ToolErrorKind.FAILED);
        assertThat(inputs).isEmpty();
    }

    @Test
    void handlerChangesTheResult() {
        plugins.addHook(
                ToolHooks.AFTER_EXECUTE, called -> Mono.just(called.withResult(ToolResult.success("Good evening"))));

        assertThat(call().output()).isEqualTo("Good evening");
    }

    @Test
    void vetoAfterwardsMakesAnError() {
        plugins.addHook(ToolHooks.AFTER_EXECUTE, called -> Hook.veto("too loud"));

        assertThat(call().errorKind()).contains(ToolErrorKind.REFUSED);
        assertThat(inputs).hasSize(1);
    }
}
