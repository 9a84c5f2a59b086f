package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.gates.BlockingCalls;
import io.cortexreactive.message.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class BlockingToolsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ToolExecutor executor = ToolExecutor.create(ToolRegistry.of(List.of(tool(true), tool(false))));

    @AfterEach
    void close() {
        executor.close().block(TIMEOUT);
        provoked();
    }

    private static Tool tool(boolean declared) {
        return Tool.builder(declared ? "declared" : "undeclared")
                .blocking(declared)
                .handler((input, context) -> Mono.fromCallable(BlockingToolsTests::block))
                .build();
    }

    private static String block() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1);
        return "slept";
    }

    private static List<String> provoked() {
        return BlockingCalls.takeProvokedBy(BlockingToolsTests.class);
    }

    private ToolResult run(String tool) {
        return Objects.requireNonNull(
                executor.execute(ToolCall.of("c1", tool, Map.of())).block(TIMEOUT));
    }

    @Test
    void toolThatSaysThatItBlocksMay() {
        assertThat(run("declared")).isEqualTo(ToolResult.success("slept"));
        assertThat(provoked()).isEmpty();
    }

    @Test
    void toolThatBlocksAndDoesNotSaySoIsFound() {
        ToolResult result = run("undeclared");

        assertThat(result.errorKind()).hasValue(ToolErrorKind.FAILED);
        assertThat(result.error()).contains("Blocking call");
        assertThat(provoked()).isNotEmpty();
    }
}
