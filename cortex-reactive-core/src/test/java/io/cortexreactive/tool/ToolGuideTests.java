package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.Usage;
import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/plugins/tool.md} shows, compiled and run. */
class ToolGuideTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    interface WeatherService {
        Mono<String> weather(String city);
    }

    private final WeatherService service = city -> Mono.just("Sunny in " + city);

    private Tool weather() {
        Tool weather = Tool.builder("get_weather")
                .description("The weather in a city, now")
                .input(Schema.object()
                        .property("city", Schema.string().description("Such as Oslo"))
                        .required("city"))
                .handler((input, context) -> service.weather(String.valueOf(input.get("city"))))
                .timeout(Duration.ofSeconds(5))
                .build();
        return weather;
    }

    static final class Calendar {

        @ToolMethod("Finds free times on a day")
        Flux<String> freeTimes(@ToolParam("As 2026-11-25") String day, ToolContext context) {
            return Flux.just("09:00", "15:30");
        }

        @ToolMethod(value = "Books a meeting", requiresApproval = true, blocking = true, timeout = "PT10S")
        String book(String day, String time, @ToolParam(required = false) @Nullable String note) {
            return "Booked " + day + " at " + time;
        }
    }

    interface Exchange {
        double convert(double amount, String from, String to);
    }

    private static void withExecutor(Tool tool, ToolRun run, ToolCall call, Object output) {
        ToolExecutor executor = ToolExecutor.create(ToolRegistry.of(List.of(tool)));
        StepVerifier.create(executor.execute(call, run))
                .expectNext(ToolResult.success(output))
                .expectComplete()
                .verify(LONG);
        executor.close().block(LONG);
    }

    @Test
    void runsCalls() {
        Tool weather = weather();
        ChatResponse response = new ChatResponse(
                Message.assistant(ToolCall.of("t1", "get_weather", Map.of("city", "Oslo"))),
                Usage.NONE,
                StopReason.TOOL_USE,
                null,
                Map.of());

        ToolExecutor executor = ToolExecutor.create(ToolRegistry.of(List.of(weather)));

        Flux<ToolResult> results = executor.executeAll(response.toolCalls());

        StepVerifier.create(results)
                .expectNext(ToolResult.success("Sunny in Oslo"))
                .expectComplete()
                .verify(LONG);
        executor.close().block(LONG);
    }

    @Test
    void annotates() {
        List<Tool> calendar = Tools.from(new Calendar());

        assertThat(calendar).extracting(tool -> tool.definition().name()).containsExactly("book", "freeTimes");
        withExecutor(
                calendar.get(1),
                ToolRun.create(),
                ToolCall.of("t1", "freeTimes", Map.of("day", "2026-11-25")),
                List.of("09:00", "15:30"));
    }

    @Test
    void takesAFunctionalInterface() {
        Tool exchange = Tools.from("convert", "Converts money", Exchange.class, (amount, from, to) -> amount * 1.1);

        withExecutor(
                exchange,
                ToolRun.create(),
                ToolCall.of("t1", "convert", Map.of("amount", 10, "from", "EUR", "to", "USD")),
                11.0);
    }

    @Test
    void discovers() {
        List<Tool> services = Tools.discover();
        List<Tool> annotated = Tools.discover(List.of("com.example.tools"));

        assertThat(services).isNotEmpty();
        assertThat(annotated).isEmpty();
    }

    @Test
    void tellsProgress() {
        Tool report = Tool.builder("report")
                .handler((input, context) -> Flux.just(
                        new ToolProgress("Reading"), new ToolProgress("Writing"), ToolResult.success("12 pages")))
                .build();

        withExecutor(report, ToolRun.create(), ToolCall.of("t1", "report", Map.of()), "12 pages");
    }

    interface Bank {
        Mono<ToolResult> pay(@Nullable Object bill);
    }

    @Test
    void runsAtMostOnce() {
        Bank bank = bill -> Mono.just(ToolResult.success("paid " + bill));
        Tool pay = Tool.builder("pay")
                .description("Pays a bill")
                .input(Schema.object().property("bill", Schema.string()).required("bill"))
                .atMostOnce(true)
                .handler((input, context) -> bank.pay(input.get("bill")))
                .build();

        assertThat(pay.atMostOnce()).isTrue();
        withExecutor(pay, ToolRun.create(), ToolCall.of("t1", "pay", Map.of("bill", "b-7")), "paid b-7");
    }

    @Test
    void asksForApproval() {
        ToolRun run = ToolRun.create().withApproval((call, context) -> askTheUser(call));

        withExecutor(
                Tools.from(new Calendar()).get(0),
                run,
                ToolCall.of("t1", "book", Map.of("day", "2026-11-25", "time", "09:00")),
                "Booked 2026-11-25 at 09:00");
    }

    private static Mono<Boolean> askTheUser(ToolCall call) {
        return Mono.just(call.name().equals("book"));
    }
}
