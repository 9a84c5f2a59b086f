package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.discovered.Discovered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ToolsTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    enum Unit {
        CELSIUS,
        KELVIN
    }

    record Place(String city, List<String> streets) {}

    static class Weather {

        @ToolMethod("The temperature, now")
        String temperature(@ToolParam("Where") String city, @ToolParam(required = false) @Nullable Unit unit) {
            return city + " " + unit;
        }

        @ToolMethod(value = "Adds", name = "add_all", blocking = true, requiresApproval = true, timeout = "PT5S")
        @SuppressWarnings("UnusedMethod") // called by reflection
        private Mono<Integer> sum(List<Integer> numbers, Optional<Long> more) {
            return Mono.just(numbers.stream().mapToInt(Integer::intValue).sum()
                    + more.orElse(0L).intValue());
        }

        @ToolMethod("Counts")
        Flux<Integer> count(int to) {
            return Flux.range(1, to);
        }

        @ToolMethod("Later")
        CompletionStage<String> later(Place place) {
            return CompletableFuture.completedFuture(place.city() + place.streets());
        }

        @ToolMethod("Says who asks")
        ToolResult whoami(ToolContext context) {
            return ToolResult.stop(context.callId());
        }

        @ToolMethod("Nothing")
        void nothing() {}

        @ToolMethod("Fails")
        String fail() throws Exception {
            throw new Exception("as told");
        }

        String noTool() {
            return "";
        }
    }

    static final class BetterWeather extends Weather {

        @Override
        String temperature(String city, @Nullable Unit unit) {
            return "better " + super.temperature(city, unit);
        }
    }

    private final ToolExecutor executor = ToolExecutor.create(ToolRegistry.of(Tools.from(new Weather())));

    @AfterEach
    void close() {
        executor.close().block(LONG);
    }

    private ToolResult run(String tool, Map<String, Object> input) {
        return run(executor, tool, input);
    }

    private static ToolResult run(ToolExecutor with, String tool, Map<String, Object> input) {
        return Objects.requireNonNull(
                with.execute(ToolCall.of("c1", tool, input)).block(LONG));
    }

    private static Map<String, Object> schema(Tool tool) {
        return tool.definition().inputSchema().toMap();
    }

    @Test
    void annotatedMethodsAreToolsInOrderOfTheirNames() {
        assertThat(Tools.from(new Weather()))
                .extracting(tool -> tool.definition().name())
                .containsExactly("add_all", "count", "fail", "later", "nothing", "temperature", "whoami");
    }

    @Test
    void annotationsSayWhatTheModelSees() {
        Tool temperature = executor.tools().get("temperature");

        assertThat(temperature.definition().description()).isEqualTo("The temperature, now");
        assertThat(schema(temperature))
                .isEqualTo(Schema.object()
                        .property("city", Schema.string().description("Where"))
                        .property("unit", Schema.enumOf("CELSIUS", "KELVIN"))
                        .required("city")
                        .toMap());
    }

    @Test
    void annotationsSayHowTheToolRuns() {
        Tool sum = executor.tools().get("add_all");

        assertThat(sum.blocking()).isTrue();
        assertThat(sum.requiresApproval()).isTrue();
        assertThat(sum.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(schema(sum))
                .isEqualTo(Schema.object()
                        .property("numbers", Schema.array(Schema.integer()))
                        .property("more", Schema.integer())
                        .required("numbers")
                        .toMap());
    }

    @Test
    void argumentsBecomeWhatTheParametersAre() {
        assertThat(run("temperature", Map.of("city", "Oslo", "unit", "KELVIN")).output())
                .isEqualTo("Oslo KELVIN");
        assertThat(run("temperature", Map.of("city", "Oslo")).output()).isEqualTo("Oslo null");
        assertThat(run("later", Map.of("place", Map.of("city", "Rome", "streets", List.of("a", "b"))))
                        .output())
                .isEqualTo("Rome[a, b]");
    }

    @Test
    void methodMayGiveAMonoAndHaveOptionalParameters() {
        Tool sum = executor.tools().get("add_all");
        ToolContext context = new ToolContext("c1", null, null, null, "k", Map.of());

        StepVerifier.create(sum.execute(Map.of("numbers", List.of(1, 2), "more", 3), context))
                .expectNext(ToolResult.success(6))
                .verifyComplete();
        StepVerifier.create(sum.execute(Map.of("numbers", List.of(1, 2)), context))
                .expectNext(ToolResult.success(3))
                .verifyComplete();
    }

    @Test
    void elementsOfAFluxAreProgressAndTheirListTheResult() {
        StepVerifier.create(executor.stream(ToolCall.of("c1", "count", Map.of("to", 2))))
                .expectNext(new ToolProgress(1), new ToolProgress(2), ToolResult.success(List.of(1, 2)))
                .verifyComplete();
    }

    @Test
    void methodMayAskForItsContextAndGiveAResult() {
        assertThat(run("whoami", Map.of())).isEqualTo(ToolResult.stop("c1"));
    }

    @Test
    void methodMayGiveNothing() {
        assertThat(run("nothing", Map.of()).text()).isEqualTo("null");
    }

    @Test
    void whatAMethodThrowsReachesTheModelWithoutReflectionAroundIt() {
        assertThat(run("fail", Map.of()).error()).isEqualTo("The tool failed: as told");
    }

    @Test
    void overriddenMethodIsOneTool() {
        ToolExecutor better = executor.withTools(ToolRegistry.of(Tools.from(new BetterWeather())));

        assertThat(run(better, "temperature", Map.of("city", "Oslo")).output()).isEqualTo("better Oslo null");
    }

    interface Twice {
        int twice(@ToolParam("what to double") int number);
    }

    @Test
    void functionalInterfaceIsATool() {
        Tool tool = Tools.from("double", "Doubles", Twice.class, number -> 2 * number);

        assertThat(schema(tool).get("required")).isEqualTo(List.of("number"));
        assertThat(run(executor.withTools(ToolRegistry.of(List.of(tool))), "double", Map.of("number", 21))
                        .output())
                .isEqualTo(42);
    }

    interface Join<T> {
        T join(T first, T second);
    }

    interface Concat extends Join<String> {}

    @Test
    void typeVariablesAreKnownWhereTheInterfaceSaysSo() {
        Tool tool =
                Tool.builder("concat").function(Concat.class, (a, b) -> a + b).build();
        Map<?, ?> properties = (Map<?, ?>) Objects.requireNonNull(schema(tool).get("properties"));

        assertThat(properties.values())
                .allMatch(property -> Map.of("type", "string").equals(property));
    }

    @Test
    @SuppressWarnings({"rawtypes", "unchecked"})
    void functionOfUnknownTypesIsRefused() {
        assertThatThrownBy(() -> Tools.from("f", "F", Function.class, value -> value))
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContaining("handler(Class, ..)");
    }

    @Test
    void interfaceOfManyMethodsIsRefused() {
        assertThatThrownBy(() -> Tools.from("f", "F", List.class, List.of()))
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContaining("no functional interface");
    }

    @Test
    void handlerMayReadItsArgumentsAsAClass() {
        Tool tool = Tool.builder("where")
                .handler(Place.class, (place, context) -> Mono.just(place.city()))
                .build();

        assertThat(run(
                                executor.withTools(ToolRegistry.of(List.of(tool))),
                                "where",
                                Map.of("city", "Oslo", "streets", List.of()))
                        .output())
                .isEqualTo("Oslo");
    }

    static final class TwoOfOneName {
        @ToolMethod("a")
        void twice(int a) {}

        @ToolMethod("b")
        void twice(String b) {}
    }

    static final class OptionalPrimitive {
        @ToolMethod("a")
        void primitive(@ToolParam(required = false) int a) {}
    }

    static final class BadTimeout {
        @ToolMethod(value = "a", timeout = "5 s")
        void late() {}
    }

    @Test
    void whatCannotBeAToolIsRefusedWithTheReason() {
        assertRefused(new TwoOfOneName(), "have its name");
        assertRefused(new OptionalPrimitive(), "primitive");
        assertRefused(new BadTimeout(), "5 s");
        assertRefused("no tools here", "no method with @ToolMethod");
    }

    private static void assertRefused(Object annotated, String reason) {
        assertThatThrownBy(() -> Tools.from(annotated))
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "with space",
                "a.b",
                "ümlaut",
                "0123456789012345678901234567890123456789012345678901234567890123x"
            })
    void nameThatProvidersRefuseIsRefused(String name) {
        assertThatThrownBy(() -> Tool.builder(name)
                        .handler((input, context) -> Mono.empty())
                        .build())
                .isInstanceOf(ToolConfigurationException.class);
    }

    @Test
    void toolWithoutHandlerIsRefused() {
        assertThatThrownBy(() -> Tool.builder("idle").build())
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContaining("no handler");
    }

    @Test
    void packagesAreSearchedForAnnotatedClasses() {
        assertThat(Tools.discover(List.of(Discovered.class.getPackageName())))
                .extracting(tool -> tool.definition().name())
                .containsExactlyInAnyOrder("greet", "leave");
        assertThat(Tools.discover(List.of("io.cortexreactive.nowhere"))).isEmpty();
        assertThat(Tools.discover(List.of())).isEmpty();
    }

    @Test
    void classThatCannotBeMadeIsNamed() {
        assertThatThrownBy(() -> Tools.discover(List.of("io.cortexreactive.tool.unmakeable")))
                .isInstanceOf(ToolConfigurationException.class)
                .hasMessageContaining("NeedsSomething");
    }

    @Test
    void servicesAreFound() {
        assertThat(Tools.discover())
                .extracting(tool -> tool.definition().name())
                .contains("service");
    }

    enum Level {
        @JsonProperty("low")
        LOW,
        @JsonProperty("very-high")
        HIGH
    }

    static class Alarm {

        @ToolMethod("Rings")
        String ring(Level level, @Nullable String note) {
            return level.name() + " " + note;
        }
    }

    @Test
    void enumsAreCalledByJacksonsNamesAndWhatMayBeNullIsOptional() {
        Tool ring = Tools.from(new Alarm()).get(0);

        assertThat(ring.definition().inputSchema())
                .isEqualTo(Schema.object()
                        .property("level", Schema.enumOf("low", "very-high"))
                        .required("level")
                        .property("note", Schema.string()));
        StepVerifier.create(ToolExecutor.create(ToolRegistry.of(List.of(ring)))
                        .execute(ToolCall.of("1", "ring", Map.of("level", "very-high"))))
                .expectNext(ToolResult.success("HIGH null"))
                .expectComplete()
                .verify(LONG);
    }
}
