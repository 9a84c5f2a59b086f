package io.cortexreactive.structured;

import static io.cortexreactive.structured.Asked.TRIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.schema.InvalidSchemaException;
import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.structured.Asked.Trip;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class StructuredOutputTests {

    private static final String OSLO = "{\"city\":\"Oslo\",\"days\":3}";
    private static final ObjectSchema TRIP_SCHEMA = Schema.object()
            .property("city", Schema.string().minLength(2))
            .property("days", Schema.integer().maximum(10))
            .required("city");

    private static ScriptedProvider able(Capability... capabilities) {
        return ScriptedProvider.builder()
                .capabilities(ProviderCapabilities.of(capabilities))
                .build();
    }

    private static ChatRequest asked(ScriptedProvider provider) {
        return provider.requests().get(provider.requests().size() - 1);
    }

    private static <T> T get(Mono<StructuredResponse<T>> response) {
        List<StructuredResponse<T>> got = new ArrayList<>();
        StepVerifier.create(response).consumeNextWith(got::add).verifyComplete();
        return got.get(0).value();
    }

    static Stream<Arguments> bestForms() {
        return Stream.of(
                Arguments.of(
                        List.of(Capability.JSON_SCHEMA, Capability.TOOLS, Capability.JSON_MODE),
                        StructuredStrategy.NATIVE),
                Arguments.of(List.of(Capability.TOOLS, Capability.JSON_MODE), StructuredStrategy.NATIVE),
                Arguments.of(List.of(Capability.JSON_MODE), StructuredStrategy.JSON_MODE),
                Arguments.of(List.of(Capability.STREAMING), StructuredStrategy.PROMPT));
    }

    @ParameterizedTest
    @MethodSource("bestForms")
    void autoTakesTheBestTheModelCan(List<Capability> capabilities, StructuredStrategy taken) {
        ScriptedProvider provider =
                able(capabilities.toArray(Capability[]::new)).enqueue(ScriptedReply.text(OSLO));

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .assertNext(response -> {
                    assertThat(response.value()).isEqualTo(new Trip("Oslo", 3));
                    assertThat(response.strategy()).isEqualTo(taken);
                })
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Like {\"name\": \"x\"}, so:\n```json\n{\"city\": \"Oslo\", \"days\": 3}\n```",
                "{\"city\": 1} {\"city\": \"Rome\", \"days\": 1} {\"city\": \"Oslo\", \"days\": 3} {\"city\": 2}",
                "{\"city\": 1} {\"city\": \"Oslo\", \"days\": 3} {\"city\": \"Ro",
                "<think>{\"city\": \"Rome\", \"days\": 1}</think>{\"city\": \"Oslo\", \"days\": 3}",
            })
    void thoughtsAndObjectsOfAnotherShapeBeforeTheAnswerTakeNoAttempt(String answer) {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text(answer));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Trip.class))).isEqualTo(new Trip("Oslo", 3));
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void nativeAsksForTheSchemaInWordsThatServicesTake() {
        ScriptedProvider provider = able(Capability.JSON_SCHEMA).enqueue(ScriptedReply.text(OSLO));

        get(Asked.of(provider, StructuredStrategy.NATIVE).generate(TRIP, TRIP_SCHEMA));

        assertThat(asked(provider).responseSchema()).isEqualTo(Schema.fromJson("""
                                {"type": "object", "properties": {
                                  "city": {"type": "string", "description": "(minLength 2)"},
                                  "days": {"type": "integer", "description": "(maximum 10)"}},
                                 "required": ["city"], "additionalProperties": false}"""));
    }

    @Test
    void nativeForcesAToolWhereTheModelTakesNoSchema() {
        ScriptedProvider provider = able(Capability.TOOLS)
                .enqueue(ScriptedReply.toolCall("1", "answer", Map.of("city", "Oslo", "days", 3)));

        assertThat(get(Asked.of(provider, StructuredStrategy.NATIVE).generateAs(TRIP, Trip.class)))
                .isEqualTo(new Trip("Oslo", 3));
        assertThat(asked(provider).options().toolChoice()).isEqualTo(ToolChoice.tool("answer"));
        assertThat(asked(provider).tools().get(0).inputSchema()).isEqualTo(Schema.fromClass(Trip.class));
    }

    @Test
    void toolKeepsClearOfThoseOfTheRequest() {
        ScriptedProvider provider = able(Capability.TOOLS)
                .enqueue(ScriptedReply.toolCall("1", "answer_", Map.of("city", "Oslo", "days", 3)));
        ChatRequest request = TRIP.toBuilder()
                .tool(new ToolDefinition("answer", "Something else", Schema.object()))
                .build();

        assertThat(get(Asked.of(provider).generateAs(request, Trip.class))).isEqualTo(new Trip("Oslo", 3));
    }

    @Test
    void refusedSecondAttemptIsNotPutInAnotherForm() {
        ScriptedProvider provider = able(Capability.JSON_SCHEMA, Capability.TOOLS)
                .enqueue(
                        ScriptedReply.text("no"),
                        ScriptedReply.fail(Fault.status(400, "ValidationException", "too long")));

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectError(InvalidRequestException.class)
                .verify();
        assertThat(provider.requests()).hasSize(2);
    }

    record Prices(Map<String, Integer> prices) {}

    @Test
    void nativeForcesAToolForAMap() {
        ScriptedProvider provider = able(Capability.TOOLS, Capability.JSON_SCHEMA)
                .enqueue(ScriptedReply.toolCall("1", "answer", Map.of("prices", Map.of("tea", 2))));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Prices.class))).isEqualTo(new Prices(Map.of("tea", 2)));
    }

    @Test
    void jsonModeAsksForJsonAndTellsTheSchema() {
        ScriptedProvider provider = able(Capability.JSON_MODE).enqueue(ScriptedReply.text(OSLO));

        get(Asked.of(provider, StructuredStrategy.JSON_MODE).generateAs(TRIP, Trip.class));

        assertThat(asked(provider).options().providerOptions())
                .isEqualTo(Map.of("response_format", Map.of("type", "json_object")));
        assertThat(asked(provider).system())
                .contains("JSON", Schema.fromClass(Trip.class).toJson());
    }

    @Test
    void promptTellsTheSchemaAfterWhatTheCallerSays() {
        ScriptedProvider provider =
                able().enqueue(ScriptedReply.text("Sure!\n```json\n" + OSLO + "\n```\nEnjoy {Oslo}!"));
        ChatRequest request = TRIP.toBuilder().system("Be brief.").build();

        assertThat(get(Asked.of(provider, StructuredStrategy.PROMPT).generateAs(request, Trip.class)))
                .isEqualTo(new Trip("Oslo", 3));
        assertThat(asked(provider).system())
                .startsWith("Be brief.\n\n")
                .endsWith(Schema.fromClass(Trip.class).toJson());
    }

    @ParameterizedTest
    @EnumSource(
            value = StructuredStrategy.class,
            names = {"NATIVE", "JSON_MODE"})
    void strategyThatTheModelCannotDoIsRefusedBeforeTheCall(StructuredStrategy strategy) {
        ScriptedProvider provider = able(Capability.STREAMING);

        StepVerifier.create(Asked.of(provider, strategy).generateAs(TRIP, Trip.class))
                .expectError(UnsupportedStrategyException.class)
                .verify();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void refusedFormIsFollowedByTheNext() {
        ScriptedProvider provider = able(Capability.JSON_SCHEMA, Capability.TOOLS)
                .enqueue(
                        ScriptedReply.fail(Fault.status(400, "ValidationException", "schema not supported")),
                        ScriptedReply.fail(Fault.status(400, "ValidationException", "tool choice not supported")),
                        ScriptedReply.text(OSLO));

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectNextMatches(response -> response.strategy() == StructuredStrategy.PROMPT)
                .verifyComplete();
    }

    @Test
    void requestThatIsRefusedInEveryFormFails() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(call -> ScriptedReply.fail(Fault.status(400, "ValidationException", "no")))
                .build();

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectError(InvalidRequestException.class)
                .verify();
    }

    @Test
    void errorOfTheCallPassesThrough() {
        ScriptedProvider provider =
                ScriptedProvider.of(ScriptedReply.fail(Fault.status(429, "ThrottlingException", "slow")));

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectError(RateLimitedException.class)
                .verify();
    }

    @Test
    void invalidAnswerIsAskedForAgainWithItsErrors() {
        ScriptedProvider provider =
                able().enqueue(ScriptedReply.text("{\"city\":\"Oslo\",\"days\":\"three\"}"), ScriptedReply.text(OSLO));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Trip.class))).isEqualTo(new Trip("Oslo", 3));
        List<Message> messages = asked(provider).messages();
        assertThat(messages.get(1)).isEqualTo(Message.assistant("{\"city\":\"Oslo\",\"days\":\"three\"}"));
        assertThat(messages.get(2).text()).contains("$.days: must be of type integer, is \"three\"");
    }

    @Test
    void invalidToolCallIsAnsweredWithItsErrors() {
        ScriptedProvider provider = able(Capability.TOOLS)
                .enqueue(
                        ScriptedReply.builder()
                                .invalidToolCall("1", "answer", "{\"city\":")
                                .build(),
                        ScriptedReply.toolCall("2", "answer", Map.of("city", "Oslo", "days", 3)));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Trip.class))).isEqualTo(new Trip("Oslo", 3));
        assertThat(asked(provider).messages()).last().extracting(Message::role).isEqualTo(Role.TOOL);
    }

    @Test
    void answersAndUsageOfAllAttemptsAreKept() {
        ScriptedProvider provider = able().enqueue(
                        ScriptedReply.builder()
                                .text("no")
                                .usage(Usage.of(10, 1))
                                .build(),
                        ScriptedReply.builder()
                                .text(OSLO)
                                .usage(Usage.of(20, 5))
                                .build());

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .assertNext(response -> {
                    assertThat(response.usage()).isEqualTo(Usage.of(30, 6));
                    assertThat(response.answers()).hasSize(2);
                    assertThat(response.response().text()).isEqualTo(OSLO);
                })
                .verifyComplete();
    }

    @Test
    void lastAttemptsErrorsAreTold() {
        ScriptedProvider provider = able().enqueue(
                        ScriptedReply.builder()
                                .text("no")
                                .usage(Usage.of(10, 1))
                                .build(),
                        ScriptedReply.builder()
                                .text("{\"city\":5}")
                                .usage(Usage.of(20, 5))
                                .build());

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(StructuredOutputException.class, e -> {
                            assertThat(e.errors())
                                    .containsExactlyInAnyOrder(
                                            "$.city: must be of type string, is 5",
                                            "$: lacks the required property 'days'");
                            assertThat(e.rawText()).isEqualTo("{\"city\":5}");
                            assertThat(e.usage()).isEqualTo(Usage.of(30, 6));
                        }))
                .verify();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void attemptsAreThoseChosen(int attempts) {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(call -> ScriptedReply.text("no"))
                .build();

        StepVerifier.create(Asked.of(provider)
                        .with(StructuredOptions.DEFAULTS.withAttempts(attempts))
                        .generateAs(TRIP, Trip.class))
                .expectError(StructuredOutputException.class)
                .verify();
        assertThat(provider.requests()).hasSize(attempts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "content_filtered", "model_context_window_exceeded"})
    void answerThatWasCutIsNotAskedForAgain(String stopReason) {
        ScriptedProvider provider = able().enqueue(ScriptedReply.builder()
                .text("{\"city\":\"Os")
                .stopReason(StopReason.of(stopReason))
                .build());

        StepVerifier.create(Asked.of(provider).generateAs(TRIP, Trip.class))
                .expectErrorMessage("The answer does not have the shape that was asked for, after 1 attempt(s):"
                        + " $.city: is where the answer ends, before its JSON is whole; the answer was cut: "
                        + stopReason + ". Allow more tokens with ChatOptions.maxTokens, or ask for less.")
                .verify();
    }

    @Test
    void emptyAnswerIsNotSentBack() {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text(""), ScriptedReply.text(OSLO));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Trip.class))).isEqualTo(new Trip("Oslo", 3));
        assertThat(asked(provider).messages()).noneMatch(message -> message.role() == Role.ASSISTANT);
    }

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    @Test
    void whatTheClassRefusesIsAskedForAgain() {
        ScriptedProvider provider =
                able().enqueue(ScriptedReply.text("{\"number\":3}"), ScriptedReply.text("{\"number\":4}"));

        assertThat(get(Asked.of(provider).generateAs(TRIP, Even.class))).isEqualTo(new Even(4));
        assertThat(asked(provider).messages()).last().asString().contains("3 is odd");
    }

    static Stream<Arguments> valuesThatAreNoObjects() {
        return Stream.of(
                Arguments.of(Schema.array(Schema.integer()), "[1,2]", List.of(1, 2)),
                Arguments.of(Schema.string().format("date"), "\"2026-01-02\"", "2026-01-02"),
                Arguments.of(Schema.anyOf(Schema.string(), Schema.integer()), "5", 5),
                Arguments.of(Schema.bool(), "true", true));
    }

    @ParameterizedTest
    @MethodSource("valuesThatAreNoObjects")
    void anythingElseIsAskedForAsAProperty(Schema schema, String json, Object value) {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text("{\"value\":" + json + "}"));

        assertThat(get(Asked.of(provider).generate(TRIP, schema))).isEqualTo(value);
    }

    @Test
    void classThatIsNoObjectIsAskedForAsAProperty() {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text("{\"value\":\"2026-01-02\"}"));

        assertThat(get(Asked.of(provider).generateAs(TRIP, LocalDate.class))).isEqualTo(LocalDate.of(2026, 1, 2));
    }

    @Test
    void objectIsAMapInTheOrderOfTheAnswer() {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text("{\"days\":3,\"city\":\"Oslo\"}"));

        assertThat(get(Asked.of(provider).generate(TRIP, TRIP_SCHEMA)).keySet()).containsExactly("days", "city");
    }

    @Test
    void schemaThatIsNoneFailsBeforeTheCall() {
        ScriptedProvider provider = able();

        StepVerifier.create(Asked.of(provider).generate(TRIP, Schema.fromJson("{\"type\":\"bogus\"}")))
                .expectError(InvalidSchemaException.class)
                .verify();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void nothingIsAskedBeforeSubscription() {
        ScriptedProvider provider = able().enqueue(ScriptedReply.text(OSLO));

        Asked.of(provider).generateAs(TRIP, Trip.class);

        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void eachSubscriptionAsks() {
        ScriptedProvider provider =
                able().enqueue(ScriptedReply.text(OSLO), ScriptedReply.text("{\"city\":\"Rome\",\"days\":1}"));
        Mono<StructuredResponse<Trip>> trip = Asked.of(provider).generateAs(TRIP, Trip.class);

        assertThat(List.of(get(trip), get(trip))).containsExactly(new Trip("Oslo", 3), new Trip("Rome", 1));
    }

    @Test
    void runsOnEventLoops() {
        record Fresh(String city) {}
        ScriptedProvider provider = able().enqueue(ScriptedReply.text("{\"city\":\"Oslo\"}"));

        StepVerifier.create(Asked.of(provider)
                        .generateAs(TRIP, Fresh.class)
                        .map(StructuredResponse::value)
                        .subscribeOn(Schedulers.parallel()))
                .expectNext(new Fresh("Oslo"))
                .verifyComplete();
    }

    @Test
    void atLeastOneAttemptIsNeeded() {
        assertThatThrownBy(() -> StructuredOptions.DEFAULTS.withAttempts(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
