package io.cortexreactive.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelFailedException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SseStreamsTests {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ToolCall CALL = ToolCall.of("c1", "weather", Map.of("city", "Rome"));

    private static final List<ChatChunk> ANSWER = List.of(
            new ReasoningDelta(0, "Hm", null),
            new ReasoningDelta(0, "m", "signed"),
            new TextDelta(1, "It "),
            new TextDelta(1, "is"),
            new ToolCallStarted(2, "c1", "weather"),
            new ToolCallDelta(2, "{\"city\":\"Rome\"}"),
            new ToolCallCompleted(2, CALL),
            end(StopReason.TOOL_USE));

    private static ChatCompleted end(StopReason reason) {
        return new ChatCompleted(reason, Usage.of(1, 1), "m", Map.of());
    }

    private static List<SseFrame> all(Flux<SseFrame> frames) {
        return Objects.requireNonNull(frames.collectList().block(LONG));
    }

    private static List<String> types(Flux<SseFrame> frames) {
        return all(frames).stream()
                .map(frame -> frame.data().equals("[DONE]")
                        ? "[DONE]"
                        : json(frame).get("type").asString())
                .toList();
    }

    private static JsonNode json(SseFrame frame) {
        return JsonMapper.shared().readTree(frame.data());
    }

    private static Flux<SseFrame> aiSdk(Flux<ChatChunk> chunks) {
        return AiSdkStream.ofChunks(chunks);
    }

    private static Flux<SseFrame> agUi(Flux<ChatChunk> chunks) {
        return AgUiStream.ofChunks(chunks, "thread", "run");
    }

    @Test
    void partsOfTheAiSdkAreOpenedAndClosed() {
        assertThat(types(aiSdk(Flux.fromIterable(ANSWER))))
                .containsExactly(
                        "start",
                        "start-step",
                        "reasoning-start",
                        "reasoning-delta",
                        "reasoning-delta",
                        "reasoning-end",
                        "text-start",
                        "text-delta",
                        "text-delta",
                        "text-end",
                        "tool-input-start",
                        "tool-input-delta",
                        "tool-input-available",
                        "finish-step",
                        "finish",
                        "[DONE]");
    }

    @Test
    void messagesOfAgUiAreOpenedAndClosed() {
        assertThat(types(agUi(Flux.fromIterable(ANSWER))))
                .containsExactly(
                        "RUN_STARTED",
                        "REASONING_START",
                        "REASONING_MESSAGE_START",
                        "REASONING_MESSAGE_CONTENT",
                        "REASONING_MESSAGE_CONTENT",
                        "REASONING_MESSAGE_END",
                        "REASONING_END",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "RUN_FINISHED");
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,stop",
        "stop_sequence,stop",
        "max_tokens,length",
        "model_context_window_exceeded,length",
        "content_filtered,content-filter",
        "tool_use,tool-calls",
        "new_one,other"
    })
    void theAiSdkHearsWhyTheModelStopped(String reason, String told) {
        List<SseFrame> frames = all(aiSdk(Flux.just(end(StopReason.of(reason)))));

        assertThat(json(frames.get(frames.size() - 2)).get("finishReason").asString())
                .isEqualTo(told);
    }

    @Test
    void argumentsThatCameAtOnceAreToldAllTheSame() {
        List<SseFrame> frames = all(agUi(Flux.just(new ToolCallCompleted(0, CALL), end(StopReason.TOOL_USE))));

        assertThat(json(frames.get(2)).get("delta").asString()).isEqualTo("{\"city\":\"Rome\"}");
    }

    @Test
    void argumentsThatAreNoneAreAnErrorForTheAiSdk() {
        ToolCall call = new ToolCall("c1", "weather", Map.of(), "{\"city\":");

        assertThat(types(aiSdk(Flux.just(new ToolCallCompleted(0, call))))).contains("tool-input-error");
    }

    @Test
    void anErrorIsToldAfterWhatHadComeAndEndsTheFrames() {
        Flux<ChatChunk> failing = Flux.concat(
                Flux.just(new TextDelta(0, "Hel")),
                Flux.error(new IllegalStateException("jdbc:postgresql://user:password@host")));

        assertThat(types(aiSdk(failing))).endsWith("text-delta", "text-end", "error", "[DONE]");
        assertThat(types(agUi(failing))).endsWith("TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_ERROR");
        assertThat(Flux.concat(aiSdk(failing), agUi(failing))
                        .map(SseFrame::data)
                        .collectList()
                        .block(LONG))
                .noneMatch(data -> data.contains("password"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"told as it is", "told by a channel", "kept by a run"})
    void whatAnotherLibrarySaidOfAnErrorReachesNobodyByAnyWay(String way) {
        Flux<ChannelMessage> messages = failedElsewhere(way);
        Flux<ChatChunk> chunks = ChannelMessage.items(messages, ChatChunk.class);
        Flux<AgentStep> steps = ChannelMessage.items(messages, AgentStep.class);

        List<Flux<SseFrame>> streams = List.of(
                PlainStream.of(messages),
                aiSdk(chunks),
                agUi(chunks),
                AiSdkStream.ofSteps(steps),
                AgUiStream.ofSteps(steps, "thread", "run"));

        assertThat(streams)
                .allSatisfy(frames -> assertThat(all(frames))
                        .anyMatch(frame -> frame.data().contains("An error occurred."))
                        .noneMatch(frame -> frame.data().contains("password")));
    }

    private static Flux<ChannelMessage> failedElsewhere(String way) {
        IllegalStateException error = new IllegalStateException("jdbc:postgresql://user:password@host");
        if (way.equals("told by a channel")) {
            Broadcaster broadcaster = Broadcaster.inMemory();
            broadcaster.publish("a", Flux.error(error)).onErrorComplete().block(LONG);
            return broadcaster.follow("a", null);
        }
        ErrorInfo kept = ErrorInfo.of(way.equals("kept by a run") ? failedRun(error) : error);
        return Flux.just(ChannelMessage.end("1", kept));
    }

    /** As whoever waits for the run is told of it. */
    private static AgentRunFailedException failedRun(Throwable error) {
        return new AgentRunFailedException("r1", ErrorInfo.of(error));
    }

    @Test
    void whatAnotherLibrarySaidOfAToolIsNotShown() {
        ToolResult result = Objects.requireNonNull(ToolExecutor.create(ToolRegistry.of(List.of(Tool.builder("weather")
                        .description("Tells the weather")
                        .handler((input, context) ->
                                Mono.error(new IllegalStateException("jdbc:postgresql://user:password@host")))
                        .build())))
                .execute(CALL)
                .block(LONG));
        Flux<AgentStep> steps = Flux.just(new AgentStep.ToolFinished(List.of("desk"), 1, 0, CALL, result));

        assertThat(result.text()).contains("password");
        assertThat(List.of(AiSdkStream.ofSteps(steps), AgUiStream.ofSteps(steps, "thread", "run")))
                .allSatisfy(frames -> assertThat(all(frames))
                        .anyMatch(frame -> frame.data().contains("The tool failed."))
                        .noneMatch(frame -> frame.data().contains("password")));
    }

    @Test
    void ourOwnErrorsAreToldAsTheyAre() {
        Flux<ChatChunk> failing = ChannelMessage.items(failed(), ChatChunk.class);

        assertThat(all(agUi(failing))).last().satisfies(frame -> {
            assertThat(json(frame).get("code").asString()).isEqualTo("channel_failed");
            assertThat(json(frame).get("message").asString()).contains("publisher_cancelled");
        });
    }

    /** A channel whose publisher cancelled. */
    private static Flux<ChannelMessage> failed() {
        Broadcaster broadcaster = Broadcaster.inMemory();
        broadcaster.publish("a", Flux.never()).subscribe().dispose();
        return broadcaster.follow("a", null);
    }

    @Test
    void ofAgentsThoseThatHaveTheConversationAreShown() {
        Flux<AgentStep> steps = Flux.just(
                text("Hel", "desk"),
                text("unseen", "desk", "clerk"),
                new AgentStep.HandedOff(List.of("desk"), 1, "billing"),
                text("lo", "desk", "billing"),
                text("unseen", "desk", "billing", "clerk"),
                new AgentStep.HandedOff(List.of("desk", "billing"), 2, "sales"),
                text("!", "desk", "sales"));

        assertThat(all(AgUiStream.ofSteps(steps, "thread", "run")))
                .filteredOn(frame -> json(frame).has("delta"))
                .extracting(frame -> json(frame).get("delta").asString())
                .containsExactly("Hel", "lo", "!");
    }

    private static AgentStep text(String text, String... path) {
        return new AgentStep.Text(List.of(path), 1, text);
    }

    private static List<String> callIds(Flux<SseFrame> frames) {
        return all(frames).stream()
                .filter(frame -> frame.data().contains("toolCallId"))
                .map(frame -> json(frame).get("toolCallId").asString())
                .distinct()
                .toList();
    }

    @Test
    void callsOfOneIdInAnAnswerAreTold() {
        Flux<ChatChunk> chunks = Flux.just(
                new ToolCallStarted(0, "c1", "weather"),
                new ToolCallStarted(1, "c1", "weather"),
                new ToolCallDelta(1, "{\"city\":\"Bari\"}"),
                new ToolCallDelta(0, "{\"city\":\"Rome\"}"),
                new ToolCallCompleted(0, CALL),
                new ToolCallCompleted(1, ToolCall.of("c1", "weather", Map.of("city", "Bari"))),
                end(StopReason.TOOL_USE));

        assertThat(callIds(aiSdk(chunks))).containsExactly("c1", "c1#2");
        assertThat(all(agUi(chunks)))
                .filteredOn(frame -> json(frame).has("delta"))
                .extracting(frame -> json(frame).get("toolCallId").asString()
                        + json(frame).get("delta").asString())
                .containsExactly("c1#2{\"city\":\"Bari\"}", "c1{\"city\":\"Rome\"}");
    }

    @Test
    void aCallThatComesAgainBehindARestartIsAnotherOne() {
        Flux<ChatChunk> chunks = Flux.just(
                new ToolCallStarted(0, "c1", "weather"),
                new StreamRestarted(2, "overloaded"),
                new ToolCallStarted(0, "c1", "weather"),
                new ToolCallCompleted(0, CALL));

        assertThat(callIds(agUi(chunks))).containsExactly("c1", "c1#2");
    }

    @Test
    void callsOfOneIdInARunAreToldWithTheirResults() {
        List<String> desk = List.of("desk");
        ToolCall odd = ToolCall.of("c1#2", "weather", Map.of());
        Flux<AgentStep> steps = Flux.just(
                new AgentStep.ToolStarted(desk, 1, 0, "c1", "weather"),
                new AgentStep.ToolStarted(desk, 1, 1, "c1#2", "weather"),
                new AgentStep.ToolFinished(desk, 1, 1, odd, ToolResult.success("odd")),
                new AgentStep.ToolFinished(desk, 1, 0, CALL, ToolResult.success("first")),
                new AgentStep.ToolStarted(desk, 2, 0, "c1", "weather"),
                new AgentStep.ToolArguments(desk, 2, 0, "c1", "{}"),
                new AgentStep.ToolFinished(desk, 2, 0, CALL, ToolResult.success("second")),
                new AgentStep.ToolFinished(desk, 2, 1, CALL, ToolResult.success("third")));

        assertThat(all(AgUiStream.ofSteps(steps, "thread", "run")))
                .filteredOn(frame -> json(frame).has("content"))
                .extracting(frame -> json(frame).get("toolCallId").asString() + " "
                        + json(frame).get("content").asString())
                .containsExactly("c1#2 odd", "c1 first", "c1#3 second", "c1#4 third");
    }

    @Test
    void aRestartIsTold() {
        Flux<ChatChunk> restarted = Flux.just(
                new ToolCallStarted(0, "c1", "weather"),
                new StreamRestarted(2, "overloaded"),
                new TextDelta(0, "Hello"),
                end(StopReason.END_TURN));

        assertThat(types(aiSdk(restarted))).containsSubsequence("tool-input-start", "data-restarted", "text-start");
        assertThat(types(agUi(restarted)))
                .containsSubsequence("TOOL_CALL_START", "TOOL_CALL_END", "CUSTOM", "TEXT_MESSAGE_START");
    }

    @Test
    void framesComeAsTheyAreAskedFor() {
        TestPublisher<ChatChunk> chunks = TestPublisher.create();

        StepVerifier.create(aiSdk(chunks.flux()), 1)
                .expectNextCount(1)
                .thenRequest(1)
                .then(() -> chunks.next(new TextDelta(0, "Hello")))
                .expectNextCount(1)
                .then(() -> chunks.assertMaxRequested(1))
                .thenCancel()
                .verify(LONG);
        chunks.assertCancelled();
    }

    @Test
    void eachSubscriptionBeginsAnew() {
        Flux<SseFrame> frames = agUi(Flux.fromIterable(ANSWER));

        assertThat(all(frames)).isEqualTo(all(frames));
    }

    @Test
    void whatWasInAChannelIsReadAsItWas() {
        Broadcaster broadcaster = Broadcaster.inMemory();
        broadcaster.publish("a", Flux.fromIterable(ANSWER)).block(LONG);

        StepVerifier.create(ChannelMessage.items(broadcaster.follow("a", null), ChatChunk.class))
                .expectNextSequence(ANSWER)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(ChannelMessage.items(failed(), ChatChunk.class))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ChannelFailedException.class,
                                failed -> assertThat(failed.error().code()).isEqualTo("publisher_cancelled")))
                .verify(LONG);
    }

    @Test
    void plainFramesHaveTheIdsOfTheirMessages() {
        Broadcaster broadcaster = Broadcaster.inMemory();
        broadcaster
                .publish("a", Flux.just(new TextDelta(0, "Hi"), 7, Map.of("type", "two\nlines")))
                .block(LONG);
        Flux<ChannelMessage> messages = broadcaster.follow("a", null);

        List<SseFrame> frames = all(PlainStream.of(messages));

        assertThat(frames).extracting(SseFrame::event).containsExactly("text_delta", null, null, "end");
        assertThat(frames).extracting(SseFrame::data).contains("7", "{\"type\":\"two\\nlines\"}", "{}");
        assertThat(frames)
                .extracting(SseFrame::id)
                .isEqualTo(messages.map(ChannelMessage::id).collectList().block(LONG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"end", "failed", "error", "open"})
    void anItemIsNotTakenForTheEndNorForWhatAnEventSourceSays(String type) {
        Flux<ChannelMessage> messages =
                Flux.just(ChannelMessage.of("1", Map.of("type", type)), ChannelMessage.end("2", null));

        assertThat(all(PlainStream.of(messages)))
                .containsExactly(
                        new SseFrame("1", null, "{\"type\":\"" + type + "\"}"), new SseFrame("2", "end", "{}"));
    }

    @Test
    void aPlainStreamThatFailedSaysSo() {
        assertThat(all(PlainStream.of(failed()))).last().satisfies(frame -> {
            assertThat(frame.event()).isEqualTo("failed");
            assertThat(json(frame).get("code").asString()).isEqualTo("publisher_cancelled");
        });
    }
}
